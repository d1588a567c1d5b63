/* Colours of the stylesheet, for canvases. */
export const COLOURS = ["d1", "d3", "d4", "d5", "d2"];
const probe = document.createElement("i");
document.body.append(probe);
let known = new Map();
addEventListener("theme", () => {
  known = new Map();
});

/** A colour of the stylesheet as the browser computes it now. */
export function css(name) {
  if (!known.has(name)) {
    probe.style.color = `var(--${name})`;
    known.set(name, getComputedStyle(probe).color);
  }
  return known.get(name);
}
matchMedia("(prefers-color-scheme:dark)").addEventListener("change", () => dispatchEvent(new Event("theme")));
export const tint = (name, a) => css(name).replace(/^rgb\(([^)]+)\)$/, `rgba($1, ${a})`);
export const px = () => devicePixelRatio;
