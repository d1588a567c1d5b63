/* Light or dark by the button, kept in a cookie so that the server sends the next page so. */

/** Turn the page over; charts hear of it. */
export function toggle() {
  const { dataset } = document.documentElement,
    isDark = (dataset.theme ?? (matchMedia("(prefers-color-scheme:dark)").matches ? "dark" : "light")) === "dark";
  dataset.theme = isDark ? "light" : "dark";
  document.cookie = `theme=${dataset.theme};path=/;max-age=31536000;samesite=lax`;
  dispatchEvent(new Event("theme"));
}
