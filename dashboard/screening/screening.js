/* A person runs a screening; the page then shows the new one. */
import { $, t } from "./frame.js";
import { follow } from "./command.js";

const PATIENCE_MS = 300_000;
const form = $("run");
const tell = (textContent, lang = t.language) => Object.assign(form.querySelector("output"), { textContent, lang });

form.addEventListener("submit", async event => {
  event.preventDefault();
  const headers = { "content-type": "application/json", "x-form-token": form.dataset.token },
    body = JSON.stringify({ mass_factor: form.elements.mass_factor.valueAsNumber }),
    button = form.querySelector("button");
  button.disabled = true;
  tell(form.dataset.asking);
  const command = await follow(fetch("/api/v1/screening/runs", { method: "POST", headers, body }), PATIENCE_MS);
  if (command?.state === "done") return location.reload();
  button.disabled = false;
  // What the server says of a command is in English.
  if (command?.outcome?.reason) tell(command.outcome.reason, "en");
  else tell(form.dataset.late);
});
