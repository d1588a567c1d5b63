/* Asks what a recalculation or a changed calibration would do, says it, and applies a calibration that was previewed. */
import { number, page, say, t } from "./frame.js";
import { ask } from "./command.js";

const PATIENCE_MS = 600_000;

/** What a form asks for; nothing is changed as long as `apply` is false. */
function bodyOf(form, apply) {
  const given = Object.fromEntries(new FormData(form)),
    body = { from: given.from, to: given.to, reason: given.reason, apply };
  if (form.dataset.command !== "calibrate") return body;
  const calibration = {};
  for (const { dataset, type, value } of form.querySelectorAll("[data-calibration]"))
    if (value.trim()) calibration[dataset.calibration] = type === "number" ? Number(value) : value.trim();
  const { base, replaces } = form.dataset;
  return { ...body, instrument: page.instrument, calibration, base, replaces: replaces || null };
}

/** Send a command and wait until it is over; its progress is said meanwhile. */
const carried = (form, apply) =>
  ask(
    { kind: form.dataset.command, facility: page.facility, body: bodyOf(form, apply) },
    form.elements.form_token.value,
    PATIENCE_MS,
    ({ progress }) => tell(form, say(page.preview.waits, { percent: Math.round(100 * progress) })),
  );

const tell = (form, textContent, lang = t.language) =>
  Object.assign(form.querySelector("[role=status]"), { textContent, lang });
/** What the server says of a command is in English. */
const failed = (form, command) =>
  command?.outcome?.reason ? tell(form, command.outcome.reason, "en") : tell(form, t.chart.no_answer);

function words({ outcome }) {
  const own = outcome.changes.filter(change => change.name.startsWith(`${page.instrument}.`)),
    sentences = own.map(change =>
      say(page.preview.change, {
        name: change.name,
        values: change.values,
        most: number(change.largest_difference, { significant: 3 }),
        unit: change.unit,
      }),
    );
  return [
    say(page.preview.says, outcome),
    ...sentences,
    outcome.crossings.length
      ? say(page.preview.crossings, { n: outcome.crossings.length })
      : page.preview.no_crossings,
  ].join(" ");
}

/** Draw what would change of this instrument below the form, in place of what was drawn before. */
async function drawn(form, { outcome }) {
  const host = form.parentElement.querySelector("[data-drawn]"),
    own = outcome.changes.filter(change => change.name.startsWith(`${page.instrument}.`) && change.plot.length);
  host.replaceChildren();
  if (own.length) host.append(await (await import("./preview_chart.js")).charts(own));
}

for (const form of document.querySelectorAll("form[data-command]")) {
  const button = form.querySelector("[data-apply]");
  form.onsubmit = async event => {
    event.preventDefault();
    const command = await carried(form, false);
    if (command?.state === "done") {
      tell(form, words(command));
      await drawn(form, command);
    } else failed(form, command);
    if (button) button.hidden = command?.state !== "done";
  };
  if (!button) continue;
  // What was previewed is applied, and nothing else: another value asks for another preview.
  form.oninput = () => (button.hidden = true);
  button.onclick = async () => {
    button.hidden = true;
    const command = await carried(form, true);
    if (command?.state === "done") tell(form, say(page.preview.applied, command.outcome));
    else failed(form, command);
  };
}
