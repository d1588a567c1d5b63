/* A laboratory's file brought in from the page: the numbers of each substance, and which samples are revised. */
import { $, number } from "./frame.js";
import { askWithFile } from "./command.js";
import { brings, list } from "./bring_file.js";

const MOST_DECIMALS = 6;
const form = $("bring"),
  table = $("bring-seen").querySelector(".scroll");
const made = (name, textContent, more = {}) => Object.assign(document.createElement(name), { textContent, ...more });

function ask(file, isPreview, patienceMs) {
  const query = new URLSearchParams({ kind: "import-assays", facility: form.dataset.facility, name: file.name });
  for (const name of ["synthetic", "map"]) if (form.elements[name].value) query.set(name, form.elements[name].value);
  if (isPreview) query.set("preview", "true");
  return askWithFile(query, file, form.dataset.token, patienceMs);
}

function show(outcome) {
  table.hidden = !outcome.ranges?.length;
  table.querySelector("tbody").replaceChildren(...(outcome.ranges ?? []).map(row));
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

brings(ask, outcome => outcome.added + outcome.revised, show);
