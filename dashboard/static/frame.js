/* What every page does: data and sentences of the page, words for ages and numbers, theme, keys, ticking ages. */
export const page = JSON.parse(document.getElementById("page").textContent);
export const t = page.t;
export const $ = id => document.getElementById(id);
export const isNarrow = () => innerWidth < 641;
const keys = new Map();
let goes = false;

const plurals = new Intl.PluralRules(t.language);
/**
 * Fill {name} into a sentence as texts.writing does, whole numbers and the one stop after "3 mar."; one with forms is
 * chosen by the plural rule for n.
 */
export function say(text, values = {}) {
  const form = text.many ? (text[plurals.select(values.n)] ?? text.many) : text;
  return form
    .replace(/\{(\w+)\}/g, (_, name) =>
      Number.isInteger(values[name]) ? number(values[name], { decimals: 0 }) : values[name],
    )
    .replace(/\.(\.+)/g, "$1");
}

/** The same words as ages.age_words in Python. */
export function ageWords(s) {
  if (s < -60) return say(t.ahead, { age: ageWords(-s) });
  s = Math.max(s, 0);
  if (s < 120) return `${Math.floor(s)} s`;
  if (s < 7200) return `${Math.floor(s / 60)} min`;
  return s < 172800 ? `${Math.floor(s / 3600)} h` : `${Math.floor(s / 86400)} d`;
}

/** The same digits as numbers.number in Python; digits = {decimals} or {significant}. */
export function number(value, digits) {
  if (value == null || !Number.isFinite(value)) return "";
  let size = Math.abs(value);
  const { decimals, significant } = digits;
  const places = decimals ?? (size ? Math.max(0, significant - 1 - Math.floor(Math.log10(size))) : 0);
  if (decimals == null && size >= 10 ** significant) size = Number(size.toPrecision(significant));
  const text = size.toFixed(places),
    [whole, fraction] = text.split(".");
  const spaced = whole.length < 5 ? whole : whole.replace(/\B(?=(\d{3})+$)/g, "\u2009");
  return (value < 0 && +text ? "\u2212" : "") + spaced + (fraction ? t.decimal + fraction : "");
}

// "29/11/2026, 03:30": the digits of an instant in the zone of the facility.
const parts = new Intl.DateTimeFormat("en-GB", { timeZone: page.zone, dateStyle: "short", timeStyle: "short" });
const zoned = ms => parts.format(ms).match(/\d+/g);
/** The same date as writing.day in Python; its year where that is another one than this, or `isWhole`. */
export function day(ms, isWhole) {
  const [day, month, year] = zoned(ms);
  return `${+day} ${t.months[month - 1]}` + (isWhole || year !== zoned(Date.now())[2] ? " " + year : "");
}
/** Date and clock in the zone of the facility. */
export const local = (ms, isWhole) => `${day(ms, isWhole)} ${clock(ms)}`;
export const clock = ms => zoned(ms).slice(3).join(":");

/** Put a state's shape and word into an element that holds a tag. */
export function showState(element, state) {
  const tag = element.querySelector(".tag");
  if (tag.classList.contains(state)) return false;
  tag.className = `tag ${state}`;
  tag.querySelector("use").setAttribute("href", `#${state}`);
  tag.lastChild.textContent = t.states[state];
  return true;
}

/** Register a key; `g f` is written "g f". */
export const onKey = (key, act) => keys.set(key, act);
/** An address of ours, in the language that this one asks for. */
const go = address => () => location.assign(address + (page.kept ?? ""));

function pressed(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.("input,select,textarea,dialog")) return;
  const key = goes ? `g ${event.key}` : event.key;
  goes = event.key === "g" && !goes;
  const act = keys.get(key);
  if (act && act(event) !== false) event.preventDefault();
}

/** Show the ages of all that is shown, as of this second. */
function tick() {
  for (const element of document.querySelectorAll("[data-age]"))
    element.textContent = ageWords((Date.now() - Date.parse(element.dateTime)) / 1000);
  const time = $("clock");
  time.dateTime = new Date().toISOString();
  time.firstChild.textContent = local(Date.now());
}

/** The address of this view with absolute times, so that it shows the same tomorrow. */
export const link = { absolute: () => location.href };
/** Show the search field at once, so that no letter is lost; what it does comes with its script. */
function search() {
  $("search").hidden = false;
  $("search").focus();
  import("./search.js");
}

for (const details of document.querySelectorAll("details[data-wide]")) details.open = !isNarrow();
const help = $("help");
help.querySelector("[data-close]").onclick = () => help.close();
$("theme").onclick = async () => (await import("./theme.js")).toggle();
$("keys").onclick = () => help.showModal();
if ($("copy")) $("copy").onclick = async () => (await import("./copy.js")).copy(link.absolute());
onKey("?", () => help.showModal());
onKey("/", search);
onKey("g f", go("/"));
onKey("g n", go("/nodes"));
onKey("g a", go("/alarms"));
if (page.facility)
  for (const name of ["data", "safety", "water", "value"]) onKey(`g ${name[0]}`, go(`/f/${page.facility}/${name}`));
document.addEventListener("keydown", pressed);
document.addEventListener("click", async event => {
  const link = event.target.closest("a[data-provenance]"),
    button = event.target.closest("[data-ask]");
  // On a page that came without the commands, the first one asks for them.
  if (button && !document.body.dataset.asks) (await import("./commands.js")).open(button);
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  (await import("./provenance.js")).show(link);
});
setInterval(tick, 1000);
if (!$("panels")) document.body.dataset.ready = "1";
