/* Which lines share a panel, in which colour, and what stands above each panel. */
import { $, number, page, say, t } from "./frame.js";
import { COLOURS } from "./colours.js";
import { mains } from "./series.js";

const TWO = { significant: 2 },
  colours = new Map();

/** Give the panels of some lines, from top to bottom: {lines, figure, title, digits}. */
export const panelsOf = lines => group(lines).map(figure);

/** One instrument has one colour in all panels, as far as five colours go. */
function colourOf(line, others) {
  const taken = new Set(others.map(other => other.colour)),
    free = COLOURS.find(colour => !taken.has(colour)),
    wanted = colours.get(line.stream.short);
  if (wanted && !taken.has(wanted)) return wanted;
  if (!wanted) colours.set(line.stream.short, free);
  return free;
}

/** Levels share one panel; otherwise a quantity and unit is a panel; rain hangs from the top of the first. What was
    read by hand at the node of the close-up stands there. */
function group(lines) {
  const found = new Map(),
    levels = lines.filter(line => isLevel(line) && !line.stream.is_manual),
    near = levels[1] && closeUp(levels),
    beside = [];
  for (const line of lines) {
    const { quantity, unit, is_manual } = line.stream;
    if (near && is_manual && placeOf(line) === placeOf(near)) {
      beside.push(line);
      continue;
    }
    const kind = isLevel(line) ? "level" : `${quantity} ${unit}`;
    const places = found.get(kind) ?? found.set(kind, []).get(kind);
    if (!places.length || places.at(-1).length >= COLOURS.length) places.push([]);
    line.hangs = quantity === "rain" || quantity === "rain-intensity";
    line.scale = line.hangs ? "rain" : "y";
    line.colour = colourOf(line, places.at(-1));
    places.at(-1).push(line);
  }
  const all = [...found.values()].flat(),
    rain = all.find(lines => lines[0].hangs),
    level = all.find(lines => isLevel(lines[0]));
  if (rain && level) {
    level.push(...rain);
    all.splice(all.indexOf(rain), 1);
  }
  all.sort((a, b) => Number(b === level) - Number(a === level));
  for (const line of beside) Object.assign(line, { scale: "y", colour: near.colour, isBeside: true });
  return near ? [level, [{ ...near }, ...beside], ...all.slice(1)] : all;
}
const isLevel = ({ stream }) => stream.quantity.endsWith("-level");
const placeOf = ({ stream }) => stream.quantity + stream.name.split(":")[0];

/** Small moves vanish on the common axis of levels: the one that needs a look, else the one that moves most, has its own. */
function closeUp(lines) {
  const needs = ({ stream, marks, v }) => {
    const values = v.filter(one => one != null);
    if (stream.name === page.near) return Infinity;
    return marks.length * 1e9 + (values.length && Math.max(...values) - Math.min(...values));
  };
  return lines.reduce((a, b) => (needs(b) > needs(a) ? b : a));
}

function figure(lines, i) {
  const { stream } = lines[0],
    figure = document.createElement("figure"),
    main = mains({ lines });
  const title = titleOf(main[0] ? main : lines);
  figure.className = i || main.length < 2 ? "plot small" : "plot";
  figure.innerHTML =
    '<figcaption><b></b><span class="how"></span><span class="tip"></span><span class="at num"></span></figcaption>' +
    '<div class="draw" role="img" tabindex="0"></div>';
  if ($("keep")) figure.firstChild.append($("keep").content.cloneNode(true));
  figure.querySelector("b").textContent = title + (stream.unit_words ? `, ${unitOf(lines[0])}` : "");
  figure.querySelector(".how").textContent = how(lines);
  return { lines, figure, title, digits: stream.digits };
}

/** Levels are heights above the sea. */
const unitOf = line =>
  isLevel(line) && line.stream.unit === "m" ? t.chart.above_sea : line.stream.unit_words;

/** A level alone is called with its instrument, levels of several kinds are "Levels", all else by its quantity. */
function titleOf(lines) {
  const [{ stream }] = lines;
  if (!lines[1] && isLevel(lines[0])) return stream.words;
  return lines.every(line => line.stream.quantity === stream.quantity) ? stream.title : t.chart.levels;
}

function how(lines) {
  const bucket = Math.max(...lines.map(line => line.bucket ?? 0)),
    rain = lines.some(line => !line.hangs) && lines.find(line => line.hangs),
    errors = lines.filter(line => !line.hangs).flatMap(line => line.errors.map(({ u }) => u)),
    isMarked = q => lines.some(line => line.marks.some(mark => mark.q === q));
  return [
    bucket && say(t.chart.means, { width: width(bucket) }),
    lines.some(line => line.stream.is_manual) && t.chart.by_hand,
    isMarked(3) && t.chart.suspect,
    isMarked(4) && t.chart.rejected,
    rain && rainWords(rain),
    errors.length && say(t.chart.uncertainty, { size: `${number(Math.max(...errors), TWO)} ${lines[0].stream.unit_words}`.trim() }),
  ]
    .filter(Boolean)
    .join("; ");
}
const rainWords = ({ stream, bucket }) =>
  say(bucket && stream.quantity === "rain" ? t.chart.rain_in : t.chart.rain, {
    unit: stream.unit_words,
    width: width(bucket),
  });
const width = s => (s < 3600 ? `${s / 60} min` : s < 86400 ? `${s / 3600} h` : `${s / 86400} d`);
