/* A laboratory's file brought in from the page: what would become of it is shown, and done when a person says so. */
import { $, number, t } from "./frame.js";
import { askWithFile } from "./command.js";

const PATIENCE_MS = 120_000,
  MOST_DECIMALS = 6;
const form = $("bring"),
  seen = $("bring-seen"),
  confirm = form.elements.import;
const tell = (textContent, lang = t.language) => Object.assign(form.querySelector("output"), { textContent, lang });
const made = (name, textContent, more = {}) => Object.assign(document.createElement(name), { textContent, ...more });

form.addEventListener("submit", async event => {
  event.preventDefault();
  const outcome = await ask(true);
  confirm.disabled = !outcome || outcome.added + outcome.revised === 0;
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
    query = new URLSearchParams({ kind: "import-assays", facility: form.dataset.facility, name: file.name });
  for (const name of ["synthetic", "map"]) if (form.elements[name].value) query.set(name, form.elements[name].value);
  if (isPreview) query.set("preview", "true");
  tell(form.dataset.asking);
  const command = await askWithFile(query, file, form.dataset.token, PATIENCE_MS);
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
  const table = seen.querySelector(".scroll");
  table.hidden = !outcome.ranges?.length;
  table.querySelector("tbody").replaceChildren(...(outcome.ranges ?? []).map(row));
  const cell = one => `${one.row} ${one.column}: ${one.fault}`;
  list("faults", outcome.faults.map(cell));
  list("notes", outcome.notes.map(cell));
  list(
    "revisions",
    outcome.revisions.map(one => `${one.row} ${one.name} (${one.before}): ${one.differences.join(", ")}`),
  );
}

/** With the digits that the file has. */
const printed = value => number(value, { decimals: Math.min(MOST_DECIMALS, `${value}`.split(".")[1]?.length ?? 0) });

function row(one) {
  const method = one.method ? ` [${one.method}]` : "",
    line = made("tr", ""),
    numbers = [one.results, printed(one.least), printed(one.most), one.below, one.above, one.without];
  line.append(made("td", `${one.substance} ${one.unit}${method}`));
  line.append(...numbers.map(text => made("td", text, { className: "r num" })));
  return line;
}

function list(name, lines) {
  const place = $(`bring-${name}`);
  place.parentElement.hidden = lines.length === 0;
  place.replaceChildren(...lines.map(text => made("li", text, { lang: "en" })));
}
