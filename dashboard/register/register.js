/* A register brought in from the page: what is new, what differs, and what was refused. */
import { $ } from "./frame.js";
import { follow } from "./command.js";
import { brings, list } from "./bring_file.js";

const form = $("bring");

function ask(file, isPreview, patienceMs) {
  const query = new URLSearchParams({ name: file.name, map: form.elements.map.value, preview: isPreview }),
    given = { method: "POST", headers: { "x-form-token": form.dataset.token }, body: file };
  return follow(fetch(`/api/v1/registers/file?${query}`, given), patienceMs);
}

function show(outcome) {
  const change = one => `${one.column} ${one.before ?? "-"} → ${one.after ?? "-"}`;
  list(
    "changes",
    outcome.changes.map(one => `${one.row} ${one.id} ${one.name}: ${one.changes.map(change).join(", ")}`),
  );
  list("gone", outcome.gone);
  const link = $("bring-refused");
  link.parentElement.hidden = !outcome.file || outcome.refused === 0;
  if (outcome.file) link.href = `/api/v1/registers/imports/${outcome.file}/refused`;
}

brings(ask, outcome => outcome.added + outcome.changed + outcome.unchanged, show);
