/* A file with its map brought in from a page: what would become of it is shown, and done when a person says so. */
import { $, t } from "./frame.js";

const PATIENCE_MS = 120_000;
const form = $("bring"),
  seen = $("bring-seen"),
  confirm = form.elements.import;
const tell = (textContent, lang = t.language) => Object.assign(form.querySelector("output"), { textContent, lang });

/** `ask(file, isPreview, patienceMs)` gives the command as it ended; of its outcome `taken` says how many rows an import
 * takes, and `show` lays out the rest. */
export function brings(ask, taken, show) {
  async function outcomeOf(isPreview) {
    tell(form.dataset.asking);
    const command = await ask(form.elements.file.files[0], isPreview, PATIENCE_MS);
    if (command?.state === "done") return command.outcome;
    seen.hidden = true;
    // What the server says of a command is in English.
    if (command?.outcome?.reason) tell(command.outcome.reason, "en");
    else tell(form.dataset.late);
    return null;
  }
  function lay(outcome, sentence) {
    tell(sentence.replace(/[{]([a-z_]+)[}]/g, (_, name) => outcome[name]));
    seen.hidden = false;
    const cell = one => `${one.row} ${one.column}: ${one.fault}`;
    list("faults", outcome.faults.map(cell));
    list("notes", outcome.notes.map(cell));
    show(outcome);
  }
  form.addEventListener("submit", async event => {
    event.preventDefault();
    const outcome = await outcomeOf(true);
    confirm.disabled = !outcome || taken(outcome) === 0;
    if (outcome) lay(outcome, form.dataset.seen);
  });
  confirm.addEventListener("click", async () => {
    confirm.disabled = true;
    const outcome = await outcomeOf(false);
    if (outcome) lay(outcome, form.dataset.done);
  });
  // What was seen is what is imported: a change of file or map asks for another look.
  form.addEventListener("input", () => (confirm.disabled = true));
  form.elements.map_file.addEventListener("change", async event => {
    const [file] = event.target.files;
    if (file) form.elements.map.value = await file.text();
  });
}

/** Fill one of the lists under the form; one without lines is not there. */
export function list(name, lines) {
  const place = $(`bring-${name}`);
  place.parentElement.hidden = lines.length === 0;
  place.replaceChildren(...lines.map(textContent => Object.assign(document.createElement("li"), { textContent, lang: "en" })));
}
