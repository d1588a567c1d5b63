/* What-if sliders of the value page: the server draws the outcomes again, the address keeps what was asked. */
import { $, local, number, say, t } from "./frame.js";

const WAIT_MS = 60;
const form = $("if");
let timer,
  controller,
  movedMs = 0,
  drawnMs = Date.now();

/** The address of what the sliders say; a factor of one is left out. */
function address() {
  const query = new URLSearchParams();
  for (const input of form.querySelectorAll("input")) if (Number(input.value) !== 1) query.set(input.name, input.value);
  return query;
}

async function ask() {
  controller?.abort();
  controller = new AbortController();
  const query = address(),
    shown = query.toString();
  history.replaceState(null, "", shown ? `?${shown}` : location.pathname);
  for (const link of document.querySelectorAll("[data-section]")) {
    query.set("section", link.dataset.section);
    link.href = `?${query}#logs-title`;
  }
  query.set("part", "net");
  try {
    const answer = await fetch(`${location.pathname}?${query}`, { signal: controller.signal });
    if (!answer.ok) throw new Error(`${answer.status}`);
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    $("net").replaceWith(fresh.getElementById("net"));
    document.body.dataset.answeredMs = Math.round(performance.now() - movedMs);
    drawnMs = Date.now();
  } catch (error) {
    if (error.name !== "AbortError") $("net-words").textContent = say(t.chart.failed, { status: error.message, time: local(drawnMs) });
  }
}

form.addEventListener("input", event => {
  movedMs = performance.now();
  event.target.closest("label").querySelector("output").textContent = `×${number(Number(event.target.value), { decimals: 2 })}`;
  clearTimeout(timer);
  timer = setTimeout(ask, WAIT_MS);
});
form.addEventListener("submit", event => {
  event.preventDefault();
  movedMs = performance.now();
  ask();
});
// On paper nothing is folded, and afterwards all is as it was.
let unfolded = [];
addEventListener("beforeprint", () => {
  unfolded = [...document.querySelectorAll("details.ground:not([open])")];
  for (const one of unfolded) one.open = true;
});
addEventListener("afterprint", () => {
  for (const one of unfolded) one.open = false;
});
$("print").onclick = () => print();
document.body.dataset.ready = "1";
