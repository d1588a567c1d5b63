/* A register brought in from the page: what would become of each row is shown, and done when a person says so. */
import { $, t } from "./frame.js";
import { follow } from "./command.js";

const PATIENCE_MS = 120_000;
const form = $("bring"),
  seen = $("bring-seen"),
  confirm = form.elements.import;
const tell = (textContent, lang = t.language) => Object.assign(form.querySelector("output"), { textContent, lang });

form.addEventListener("submit", async event => {
  event.preventDefault();
  const outcome = await ask(true);
  confirm.disabled = !outcome || outcome.added + outcome.changed + outcome.unchanged === 0;
  if (outcome) show(outcome, form.dataset.seen);
});
confirm.addEventListener("click", async () => {
  confirm.disabled = true;
  const outcome = await ask(false);
  if (outcome) show(outcome, form.dataset.done);
});
// What was seen is what is imported: a change of file or map asks for another look.
form.addEventListener("input", () => (confirm.disabled = true));
form.elements.map_file.addEventListener("change", async event => {
  const [file] = event.target.files;
  if (file) form.elements.map.value = await file.text();
});

/** The outcome of the command, or null where it has none; what hinders it is told. */
async function ask(isPreview) {
  const file = form.elements.file.files[0],
    query = new URLSearchParams({ name: file.name, map: form.elements.map.value, preview: isPreview });
  tell(form.dataset.asking);
  const given = { method: "POST", headers: { "x-form-token": form.dataset.token }, body: file },
    command = await follow(fetch(`/api/v1/registers/file?${query}`, given), PATIENCE_MS);
  if (command?.state === "done") return command.outcome;
  seen.hidden = true;
  // What the server says of a command is in English.
  if (command?.outcome?.reason) tell(command.outcome.reason, "en");
  else tell(form.dataset.late);
  return null;
}

function show(outcome, sentence) {
  tell(sentence.replace(/[{]([a-z_]+)[}]/g, (_, name) => outcome[name]));
  seen.hidden = false;
  const cell = one => `${one.row} ${one.column}: ${one.fault}`,
    change = one => `${one.column} ${one.before ?? "-"} → ${one.after ?? "-"}`;
  list("faults", outcome.faults.map(cell));
  list(
    "changes",
    outcome.changes.map(one => `${one.row} ${one.id} ${one.name}: ${one.changes.map(change).join(", ")}`),
  );
  list("gone", outcome.gone);
  list("notes", outcome.notes.map(cell));
  const link = $("bring-refused");
  link.parentElement.hidden = !outcome.file || outcome.refused === 0;
  if (outcome.file) link.href = `/api/v1/registers/imports/${outcome.file}/refused`;
}

function list(name, lines) {
  const place = $(`bring-${name}`);
  place.parentElement.hidden = lines.length === 0;
  place.replaceChildren(...lines.map(textContent => Object.assign(document.createElement("li"), { textContent, lang: "en" })));
}
