/* The page of a facility: which datastreams over which time, in panels that share one cursor and one range. */
import { $, clock, isNarrow, link, local, onKey, page, say, t } from "./frame.js";
import { draw, redraw, remove, summary } from "./chart.js";
import { panelsOf } from "./panels.js";
import { NoAnswer, fetchSeries, isEmpty, iso } from "./series.js";
import { onCommit } from "./live.js";

const MOVING = /^-(\d+)(h|d|y)$/;
const BAR_MS = 300,
  FOLLOW_MS = 1000,
  RELOAD_MS = 15_000;
const chosen = page.chosen.map(name => page.datastreams.find(stream => stream.name === name)).filter(Boolean);
const back = [],
  ranges = document.querySelectorAll("#ranges [data-range]");
let view = page.from ? moving(page.from) : { from: Date.parse(page.fromTime) / 1000, to: Date.parse(page.toTime) / 1000 },
  panels = [],
  controller,
  drawnMs = 0,
  showsRejected = new URLSearchParams(location.search).has("rejected"),
  table,
  isOld = false,
  cursor = null;

/** The range of this name that ends now. */
function moving(name) {
  const [, count, unit] = MOVING.exec(name),
    now = Date.now() / 1000;
  return { from: now - count * { h: 3600, d: 86400, y: 31557600 }[unit], to: now, moves: name };
}

/** What stands behind the page's name in the address of a view; without `to` it moves with time. */
function address(from, to) {
  const query = new URLSearchParams(location.search),
    all = { ds: page.chosen.join(","), from, to, rejected: showsRejected ? "1" : "" };
  for (const [key, value] of Object.entries(all))
    if (value) query.set(key, value);
    else query.delete(key);
  return `?${query.toString().replaceAll("%3A", ":").replaceAll("%2C", ",")}`;
}
function writeAddress() {
  history.replaceState(null, "", view.moves ? address(view.moves) : address(iso(view.from), iso(view.to)));
  for (const a of ranges) a.ariaCurrent = `-${a.dataset.range}` === view.moves || null;
  $("dates-link").ariaCurrent = !view.moves || null;
}
link.absolute = () => location.origin + location.pathname + address(iso(view.from), iso(view.to));

/** Ask for the chosen lines and draw them; `controller` is there until the answer is. */
async function load() {
  controller?.abort();
  controller = new AbortController();
  isOld = false;
  const { signal } = controller,
    slow = setTimeout(() => {
      $("bar").hidden = false;
    }, BAR_MS);
  if (view.moves) view = moving(view.moves);
  try {
    // Below two readings a pixel every one is drawn; above, means in a band.
    const pixels = Math.max(100, $("panels").clientWidth - (isNarrow() ? 128 : 200));
    const flags = showsRejected ? "3,4" : "3";
    const lines = await fetchSeries(chosen, view, 2 * pixels + 10, Math.round(0.7 * pixels), flags, signal);
    $("failure").hidden = true;
    show(lines);
    drawnMs = Date.now();
  } catch (error) {
    failed(error);
  } finally {
    if (!signal.aborted) {
      controller = null;
      clearTimeout(slow);
      $("bar").hidden = true;
    }
  }
}

/** Say that the server did not answer; anything else is a fault of ours and goes on. */
function failed(error) {
  if (error.name === "AbortError") return;
  if (!(error instanceof NoAnswer)) throw error;
  $("failure").hidden = false;
  $("failure").textContent = say(error.status ? t.chart.failed : t.chart.no_answer, {
    status: error.status,
    time: drawnMs ? clock(drawnMs) : t.chart.nothing,
  });
}

function show(lines) {
  panels.forEach(remove);
  const host = $("panels");
  host.replaceChildren();
  panels = lines.every(isEmpty) ? [] : panelsOf(lines);
  if (!panels.length) import("./empty.js").then(({ empty }) => empty(host, chosen, view, move));
  host.append(...panels.map(panel => panel.figure));
  panels.forEach((panel, i) => {
    draw(panel, view, { zone: page.zone, zoom, back: goBack, moved }, i === panels.length - 1);
    panel.figure.querySelector(".draw").ariaLabel = summary(panel);
  });
  table?.put(panels);
}

function move(next, remember = true) {
  if (remember) back.push(view);
  view = next;
  writeAddress();
  // The page tells the events of another time.
  dispatchEvent(new Event("renew"));
  return load();
}
const zoom = (from, to) => move({ from, to });
function goBack() {
  if (back.length) move(back.pop(), false);
}

async function moved(time, panel) {
  cursor = time;
  const read = time !== null && (await import("./readout.js")).readout(panel, time);
  if (cursor === time) panel.figure.querySelector(".at").textContent = read ? `${local(time * 1000)} · ${read}` : "";
}

/** Readings that were stored meanwhile; what puts them to their lines is loaded with the first of them. */
async function taken(latest, event) {
  if (latest === null) load();
  // An answer on its way may not have them, and would never come if each of them asked anew.
  else if (controller || !panels.length) isOld = true;
  else if (view.moves) {
    const { follow } = await import("./follow.js");
    if (follow(latest, event, panels, chosen, showsRejected)) isOld = true;
  }
}

const isMoved = ({ lines }) => lines.some(line => line.isNew);
setInterval(() => {
  if (document.hidden) return;
  if (isOld && !controller && Date.now() - drawnMs > RELOAD_MS) load();
  else if (panels.some(isMoved)) {
    const length = view.to - view.from;
    view.to = Date.now() / 1000;
    view.from = view.to - length;
    panels.forEach(redraw);
    for (const { lines } of panels) for (const line of lines) line.isNew = false;
  }
}, FOLLOW_MS);

/** What only keys do is loaded with the first of them. */
const steer = act => async () => act(await import("./steer.js"));
const toggleTable = async () => (table = await import("./table.js")).toggle(panels);

for (const a of ranges)
  a.onclick = event => {
    event.preventDefault();
    $("dates").hidden = true;
    move({ moves: `-${a.dataset.range}` });
  };
$("dates-link").onclick = event => {
  event.preventDefault();
  $("dates").hidden = !$("dates").hidden;
};
$("table").onclick = toggleTable;
function sayRejected() {
  $("rejected").textContent = showsRejected ? t.chart.hide_rejected : t.chart.show_rejected;
}
sayRejected();
$("rejected").onclick = () => {
  showsRejected = !showsRejected;
  sayRejected();
  writeAddress();
  load();
};
document.addEventListener("click", async ({ target }) => {
  if (!target.closest(".keep button")) return;
  const panel = panels.find(panel => panel.figure.contains(target));
  (await import("./take.js")).take(target, panel, view, showsRejected).catch(failed);
});
onKey("ArrowLeft", steer(({ step }) => step(panels, -1)));
onKey("ArrowRight", steer(({ step }) => step(panels, 1)));
onKey("+", steer(({ scaled }) => zoom(...scaled(view, cursor, 0.5))));
onKey("-", steer(({ scaled }) => zoom(...scaled(view, cursor, 2))));
onKey("t", toggleTable);
addEventListener("theme", () => panels.forEach(redraw));
/** An A4 page is as wide as that between its margins, and a chart on it as high as views.css has it. */
const PAPER = { width: 687, height: 150 };
const size = paper =>
  panels.forEach(({ plot, figure }) => {
    const { clientWidth: width, clientHeight: height } = figure.querySelector(".draw");
    plot.setSize(paper ?? { width, height });
  });
addEventListener("beforeprint", () => {
  size(PAPER);
  document.documentElement.dataset.before = document.documentElement.dataset.theme ?? "";
  document.documentElement.dataset.theme = "light";
  dispatchEvent(new Event("theme"));
});
addEventListener("afterprint", () => {
  size();
  document.documentElement.dataset.theme = document.documentElement.dataset.before;
  dispatchEvent(new Event("theme"));
});
if ($("print")) $("print").onclick = () => print();
onCommit(taken);
// Limits, tips and events are the page's.
addEventListener("renewed", () => panels.forEach(redraw));
await Promise.allSettled(["600 12px Plex", "12px Plex"].map(font => document.fonts.load(font)));
if (!window.uPlot) $("panels").textContent = t.chart.missing;
else if (chosen.length) await load();
document.body.dataset.ready = "1";
