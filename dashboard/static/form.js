/* Forms that ask the centre: their fields become the body of a command, progress and answer stand below them. */
import { say, t } from "./frame.js";
import { ask, stop } from "./command.js";

const LONG_MS = 3600_000;
const NUMBER = /^(\d+|\+)$/;

document.addEventListener("submit", event => {
  if (!event.target.matches("form[data-kind]")) return;
  event.preventDefault();
  submit(event.target);
});
async function submit(form) {
  const { kind, facility, token } = form.dataset,
    part = name => form.querySelector(name),
    told = (words, lang = t.language) => Object.assign(part("[data-said]"), { textContent: words, lang });
  let command = null,
    why = t.ask.no_answer;
  try {
    const body = read(form);
    part("[data-send]").disabled = true;
    told(t.ask.asking);
    command = await ask({ kind, facility: facility || form.elements.facility.value, body }, token, LONG_MS, now => {
      showWork(form, now);
      if (now.state === "running") told(say(t.ask.progress, { percent: Math.round(100 * now.progress) }));
    });
  } catch (error) {
    if (error instanceof RangeError) why = error.message;
  }
  part("[data-send]").disabled = false;
  part("progress").hidden = part("[data-stop]").hidden = true;
  part("[data-stop]").disabled = false;
  if (!command) return told(why);
  // What the server says of a command is in English.
  if (command.state !== "done") return told(command.outcome.reason, "en");
  told(t.ask.done);
  if (form.dataset.then === "command") return location.assign(`?command=${command.id}`);
  // The form is empty again, and the page has what came of it.
  history.replaceState(null, "", location.pathname);
  form.reset();
  document.activeElement.blur();
  dispatchEvent(new Event("renew"));
}

function showWork(form, command) {
  const bar = form.querySelector("progress"),
    button = form.querySelector("[data-stop]");
  bar.hidden = button.hidden = false;
  bar.value = command.progress;
  button.onclick = () => {
    button.disabled = true;
    stop(command.id, form.dataset.token);
  };
}

/** The body as the kind wants it; an empty field is left out, and a name with points leads into lists and tables. */
function read(form) {
  const body = JSON.parse(form.dataset.body || "{}");
  for (const field of form.querySelectorAll("[name]")) {
    const value = valueOf(field);
    if (value !== undefined && field.name !== "facility") put(body, field.name.split("."), value);
  }
  for (const name of (form.dataset.pairs ?? "").split(" "))
    if (name && body[name] && Object.keys(body[name]).length < 2) throw new RangeError(t.ask.both);
  return body;
}

function put(body, path, value) {
  const last = path.pop();
  for (const [place, key] of path.entries()) body = body[key] ??= NUMBER.test(path[place + 1] ?? last) ? [] : {};
  if (last === "+") body.push(value);
  else body[last] = value;
}

function valueOf(field) {
  const { as } = field.dataset,
    text = field.value.trim();
  if (as === "flag") return field.checked;
  if (field.type === "checkbox") return field.checked ? Number(text) : undefined;
  if (as === "times") return text.split("\n").filter(Boolean).map(instant);
  if (!text) return undefined;
  if (as === "day") return `${text}T00:00:00Z`;
  return field.type === "number" || as === "number" ? Number(text) : text;
}

/** A line such as 2026-03-05 14:00, in UTC. */
function instant(line) {
  const ms = Date.parse(`${line.trim().replace(" ", "T")}${line.trim().length > 10 ? "" : "T00:00"}Z`);
  if (Number.isNaN(ms)) throw new RangeError(say(t.ask.bad_time, { line }));
  return new Date(ms).toISOString();
}
