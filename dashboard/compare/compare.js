/* Weights that a person moves: a slider beside each number; the server compares again, and the address keeps them. */
import { $, local, say, t } from "./frame.js";
import { put } from "./refresh.js";

const WAIT_MS = 150;
const form = $("weigh"),
  told = form.querySelector("output"),
  sliders = new Map();
let timer,
  controller;

for (const input of form.querySelectorAll("input[type=number]")) {
  const slider = input.cloneNode();
  slider.type = "range";
  slider.removeAttribute("name");
  slider.setAttribute("aria-label", input.previousElementSibling.textContent.trim());
  slider.dataset.own = "";
  slider.value = input.value;
  input.after(slider);
  sliders.set(slider, input);
}

async function ask() {
  if (!form.checkValidity()) return;
  controller?.abort();
  controller = new AbortController();
  const address = `${location.pathname}?${new URLSearchParams(new FormData(form))}`;
  try {
    const answer = await fetch(address, { signal: controller.signal });
    if (!answer.ok) throw new Error(`${answer.status}`);
    const text = await answer.text();
    history.replaceState(null, "", address);
    put(text);
    told.textContent = "";
  } catch (error) {
    if (error.name !== "AbortError") told.textContent = say(t.chart.failed, { status: error.message, time: local(Date.now()) });
  }
}

form.addEventListener("input", event => {
  const input = sliders.get(event.target);
  if (input) input.value = event.target.value;
  for (const [slider, of] of sliders) if (of === event.target) slider.value = of.value;
  clearTimeout(timer);
  timer = setTimeout(ask, WAIT_MS);
});
form.addEventListener("submit", event => {
  event.preventDefault();
  clearTimeout(timer);
  ask();
});
$("print").onclick = () => print();
