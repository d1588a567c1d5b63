/* A person says whether two rows are the same facility; the page then shows what was said. */
import { $, t } from "./frame.js";
import { follow } from "./command.js";

const PATIENCE_MS = 30_000;
const table = $("matches");

table.addEventListener("click", async event => {
  const button = event.target.closest("button");
  if (!button) return;
  const { same, other, facility } = button.dataset,
    said = { entry: Number(table.dataset.entry), is_same: same === "true", ...(facility ? { facility } : { other: Number(other) }) },
    headers = { "content-type": "application/json", "x-form-token": table.dataset.token };
  button.disabled = true;
  const asked = fetch("/api/v1/registers/matches", { method: "POST", headers, body: JSON.stringify(said) }),
    command = await follow(asked, PATIENCE_MS);
  if (command?.state === "done") return location.reload();
  const textContent = command?.outcome?.reason ?? table.dataset.late;
  Object.assign($("match-told"), { textContent, lang: command?.outcome ? "en" : t.language });
});
