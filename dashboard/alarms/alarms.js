/* What a person does to an alarm: one tap opens the question, the next one asks ingest and waits for its answer. */
import { $, t } from "./frame.js";
import { ask } from "./command.js";

const PATIENCE_MS = 30_000;
const dialog = $("ask");
let asked = null;

document.addEventListener("click", event => {
  const button = event.target.closest?.("[data-ask]");
  if (button) open(button);
});
if (dialog) {
  dialog.querySelector("[data-leave]").onclick = () => dialog.close();
  dialog.querySelector("form").onsubmit = event => {
    event.preventDefault();
    send();
  };
}

export function open(button) {
  const { ask: kind, facility, body, field, value, least } = button.dataset;
  asked = { kind, facility, body: JSON.parse(body), field, least: Number(least) };
  $("ask-title").textContent = button.textContent;
  $("ask-go").textContent = button.textContent;
  $("ask-go").disabled = false;
  $("ask-label").hidden = !field;
  $("ask-label").firstElementChild.textContent = t.ask[field] ?? "";
  $("ask-note").value = value;
  $("ask-until-label").hidden = kind !== "shelve-alarm";
  $("ask-day-label").hidden = kind !== "approve-plan";
  $("ask-until").value = new Date(Date.now() + 8 * 3600_000 - new Date().getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
  $("ask-told").textContent = "";
  dialog.showModal();
  if (!field || !asked.least || value) $("ask-go").focus();
  else $("ask-note").focus();
}

async function send() {
  const note = $("ask-note").value.trim();
  if (asked.field && note.length < asked.least) return tell(t.ask.say_more);
  if (asked.field) asked.body[asked.field] = note;
  if (asked.kind === "shelve-alarm") asked.body.until = new Date($("ask-until").value).toISOString();
  if (asked.kind === "approve-plan" && $("ask-day").value) asked.body.valid_to = $("ask-day").value;
  $("ask-go").disabled = true;
  tell(t.ask.asking);
  const { kind, facility, body } = asked;
  try {
    const command = await ask({ kind, facility, body }, dialog.dataset.token, PATIENCE_MS);
    if (command?.state === "done") done();
    else if (command) refused(command.outcome.reason, "en");
    else refused(t.ask.no_answer);
  } catch {
    refused(t.ask.no_answer);
  }
}

function done() {
  tell(t.ask.done);
  dialog.close();
  dispatchEvent(new Event("renew"));
}

/** What the server says of a command is in English. */
function refused(reason, lang) {
  tell(reason, lang);
  $("ask-go").disabled = false;
}

const tell = (words, lang = t.language) => Object.assign($("ask-told"), { textContent: words, lang });
document.body.dataset.asks = "1";

// The night watch is asked for once; its script comes with it.
const watch = () => import("./night.js").then(({ start }) => start());
if ($("night-on")) {
  $("night-on").onclick = watch;
  if (/\bnight=1/.test(document.cookie) || location.hash === "#night") watch();
}
