/* Renews the public page as a whole, from one answer; where that fails for long, it says that the page is old. */
const EVERY_MS = 60_000,
  OLD_MS = 180_000,
  PATIENCE_MS = 20_000,
  $ = id => document.getElementById(id);
let madeMs = Date.now();

async function renew() {
  try {
    const answer = await fetch(document.querySelector("link[rel=canonical]").href, { signal: AbortSignal.timeout(PATIENCE_MS) });
    if (!answer.ok) throw new Error(answer.status);
    put(new DOMParser().parseFromString(await answer.text(), "text/html"));
    madeMs = Date.now();
  } catch {
    if (Date.now() - madeMs >= OLD_MS) grow_old();
  }
}

/** All sections at once, or none: a page whose halves have different ages says what never was. */
function put(fresh) {
  const before = $("state").textContent,
    focus = document.activeElement?.getAttribute("href"),
    sections = [...document.querySelectorAll("[data-renew]")].map(old => [old, fresh.getElementById(old.id)]);
  if (!sections.every(([, now]) => now)) return location.reload();
  for (const [old, now] of sections) if (!old.isEqualNode(now)) old.replaceWith(document.adoptNode(now));
  document.title = fresh.title;
  $("old").textContent = fresh.getElementById("old").textContent;
  $("old").hidden = true;
  if (focus && document.activeElement === document.body)
    [...document.querySelectorAll("main a")].find(link => link.getAttribute("href") === focus)?.focus({ preventScroll: true });
  if ($("state").textContent !== before) $("said").textContent = $("state").textContent;
}

/** What was green an hour ago is not known now. */
function grow_old() {
  const now = $("now");
  $("old").hidden = false;
  if (!now.classList.contains("green")) return;
  now.classList.replace("green", "blind");
  now.querySelector(".title use").setAttribute("href", "#blind");
  $("state").textContent = $("old").dataset.blind;
}

setInterval(renew, EVERY_MS);
document.addEventListener("visibilitychange", () => document.hidden || renew());
document.body.dataset.ready = "";
