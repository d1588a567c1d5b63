/* A laboratory's file brought in from the page: its bytes go to the api, what became of each row comes back. */
import { $, t } from "./frame.js";
import { askWithFile } from "./command.js";

const PATIENCE_MS = 120_000;
const form = $("bring");
const tell = (textContent, lang = t.language) => Object.assign(form.querySelector("output"), { textContent, lang });

form.addEventListener("submit", async event => {
  event.preventDefault();
  const file = form.elements.file.files[0],
    query = new URLSearchParams({ kind: "import-assays", facility: form.dataset.facility, name: file.name });
  if (form.elements.synthetic.value) query.set("synthetic", form.elements.synthetic.value);
  tell(form.dataset.asking);
  const command = await askWithFile(query, file, form.dataset.token, PATIENCE_MS);
  if (command?.state === "done") done(command.outcome);
  // What the server says of a command is in English.
  else if (command?.outcome?.reason) tell(command.outcome.reason, "en");
  else tell(form.dataset.late);
});

function done(outcome) {
  tell(form.dataset.done.replace(/[{]([a-z_]+)[}]/g, (_, name) => outcome[name]));
  const faults = $("bring-faults");
  faults.replaceChildren();
  for (const one of outcome.faults) {
    const line = document.createElement("li");
    line.lang = "en";
    line.textContent = `${one.row} ${one.column}: ${one.fault}`;
    faults.append(line);
  }
}
