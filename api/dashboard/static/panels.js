/* Which lines share a panel, in which colour, and what stands above each panel. */
import { $, page, say, t } from "./frame.js";
import { COLOURS } from "./colours.js";

const colours = new Map();

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

/** Levels share one panel; otherwise a quantity and unit is a panel; rain hangs from the top of the first. */
function group(lines) {
  const found = new Map();
  for (const line of lines) {
    const { quantity, unit } = line.stream,
      isLevel = quantity.endsWith("-level"),
      kind = isLevel ? "level" : `${quantity} ${unit}`;
    const places = found.get(kind) ?? found.set(kind, []).get(kind);
    if (!places.length || places.at(-1).length >= COLOURS.length) places.push([]);
    line.hangs = quantity === "rain" || quantity === "rain-intensity";
    line.scale = line.hangs ? "rain" : "y";
    line.colour = colourOf(line, places.at(-1));
    places.at(-1).push(line);
  }
  const all = [...found.values()].flat(),
    rain = all.find(lines => lines[0].hangs),
    level = all.find(lines => lines[0].stream.quantity.endsWith("-level"));
  if (rain && level) {
    level.push(...rain);
    all.splice(all.indexOf(rain), 1);
  }
  all.sort((a, b) => Number(b === level) - Number(a === level));
  const near = level && closeUp(level.filter(line => !line.hangs));
  return near ? [level, [{ ...near }], ...all.slice(1)] : all;
}

/** Small moves vanish on the common axis of levels: the one that needs a look, else the one that moves most, has its own. */
function closeUp(lines) {
  if (lines.length < 2) return null;
  const near = lines.find(line => line.stream.name === page.near);
  if (near) return near;
  const span = line => {
    const values = line.v.filter(v => v != null);
    return values.length ? Math.max(...values) - Math.min(...values) : 0;
  };
  const most = lines.reduce((a, b) => (b.marks.length > a.marks.length ? b : a));
  return most.marks.length ? most : lines.reduce((a, b) => (span(b) > span(a) ? b : a));
}

function figure(lines, i) {
  const { stream } = lines[0],
    figure = document.createElement("figure"),
    main = lines.filter(line => !line.hangs);
  const title = titleOf(main.length ? main : lines);
  figure.className = i || main.length < 2 ? "plot small" : "plot";
  figure.innerHTML =
    '<figcaption><b></b><span class="how"></span><span class="at num"></span></figcaption>' +
    '<div class="draw" role="img" tabindex="0"></div>';
  if ($("keep")) figure.firstChild.append($("keep").content.cloneNode(true));
  figure.querySelector("b").textContent = title + (stream.unit_words ? `, ${unitOf(stream)}` : "");
  figure.querySelector(".how").textContent = how(lines);
  return { lines, figure, title, digits: stream.digits };
}

/** Levels are heights above the sea. */
const unitOf = ({ quantity, unit_words: unit }) => (quantity.endsWith("-level") && unit === "m" ? t.chart.above_sea : unit);

/** A level alone is called by its instrument, levels of several kinds are "Levels", all else by its quantity. */
function titleOf(lines) {
  const [{ stream }] = lines;
  if (lines.length === 1 && stream.quantity.endsWith("-level")) return `${stream.short} ${stream.title.toLowerCase()}`;
  return lines.every(line => line.stream.quantity === stream.quantity) ? stream.title : t.chart.levels;
}

function how(lines) {
  const words = [],
    bucket = Math.max(...lines.map(line => line.bucket ?? 0));
  if (bucket) words.push(say(t.chart.means, { width: width(bucket) }));
  if (lines.some(line => line.marks.some(mark => mark.q === 3))) words.push(t.chart.suspect);
  if (lines.some(line => line.marks.some(mark => mark.q === 4))) words.push(t.chart.rejected);
  if (lines.some(line => line.hangs) && lines.some(line => !line.hangs))
    words.push(rainWords(lines.find(line => line.hangs)));
  return words.join("; ");
}
const rainWords = ({ stream, bucket }) =>
  say(bucket && stream.quantity === "rain" ? t.chart.rain_in : t.chart.rain, {
    unit: stream.unit_words,
    width: width(bucket),
  });
const width = s => (s < 3600 ? `${s / 60} min` : s < 86400 ? `${s / 3600} h` : `${s / 86400} d`);
