/* What a preview would change, as a chart: the values as stored and as they would be, their difference, the levels, and
   what happened meanwhile. */
import { local, number, page, say, t } from "./frame.js";

const { wide: WIDE, high: HIGH, low: LOW, left: LEFT, right: RIGHT, foot: FOOT, top: TOP } = page.preview.box;
const escaped = text => String(text).replace(/[&<>"]/g, found => `&#${found.charCodeAt(0)};`);
const one = value => value.toFixed(1);
const DIGITS = { significant: 6 };

/** Give the charts of the datastreams of an instrument that would change, as one element. */
export async function charts(changes) {
  const host = document.createElement("div");
  host.innerHTML = changes.map(figure).join("");
  await Promise.all([...host.children].map((one, i) => marked(one, changes[i].plot)));
  return host;
}

/** Lay over the chart of values what the server draws on every chart of this time, and put its table below. */
async function marked(figure, plot) {
  const [first, last] = [plot[0], plot.at(-1)].map(([time]) => time),
    [from, to] = [first, Math.max(last, first + 1)].map(time => new Date(time * 1000).toISOString()),
    query = new URLSearchParams({ from, to, lang: t.language }),
    answer = await fetch(`/f/${page.facility}/instruments/${page.instrument}?${query}`).catch(() => null);
  if (!answer?.ok) {
    figure.insertAdjacentText("beforeend", t.chart.no_answer);
    return;
  }
  const found = new DOMParser().parseFromString(await answer.text(), "text/html"),
    table = found.querySelector("details");
  table.removeAttribute("id");
  figure.querySelector("svg").append(...found.querySelectorAll("svg > path, svg > text"));
  figure.append(table);
}

function figure({ name, unit, values, flags, added, plot, levels }) {
  const words = page.preview.chart,
    times = plot.map(([time]) => time),
    drawn = say(words.drawn, {
      values,
      flags,
      added,
      points: plot.length,
    });
  const both = plot.flatMap(([, before, after]) => [before, after]).filter(value => value !== null),
    limits = levels.filter(([, value]) => isNear(value, both)),
    far = plot.map(([time, before, after]) => [time, before === null || after === null ? null : after - before]);
  const title = `${name}, ${unit}`,
    differs = say(words.difference, { unit }),
    says = `${title}: ${drawn}`,
    main = panel(times, [...both, ...limits.map(([, value]) => value)], HIGH, y => [
      ...limits.map(([level, value]) => line(y(value), level, [t.states[level], number(value, DIGITS)].join(" "))),
      path(plot, 1, y, "before"),
      path(plot, 2, y, "now"),
      ends(plot, y),
    ]);
  const below = panel(times, [0, ...far.map(([, value]) => value).filter(value => value !== null)], LOW, y => [
    line(y(0), "zero", ""),
    path(far, 1, y, "edge"),
  ]);
  return (
    `<figure><figcaption><b>${escaped(title)}</b> <span class="sub">${escaped(drawn)}</span></figcaption>` +
    `<div class="scroll" tabindex="0" role="group" aria-label="${escaped(title)}">${svg(HIGH, main, says)}` +
    `<p class="sub">${escaped(differs)}</p>${svg(LOW, below, differs)}</div>` +
    `${table(plot, unit)}</figure>`
  );
}

/** A level is drawn where the values come within their own spread of it: a far one would flatten them. */
function isNear(value, values) {
  const low = Math.min(...values),
    high = Math.max(...values),
    room = Math.max(high - low, 1e-6);
  return value > low - room && value < high + room;
}

const svg = (high, inner, says) =>
  `<svg class="draw plan" viewBox="0 0 ${WIDE} ${high}" role="img" aria-label="${escaped(says)}">${inner}</svg>`;

let across = () => 0;

/** The axes of a panel, and what is drawn in it: `draw` gets where a value lies. */
function panel(times, values, high, draw) {
  const first = times[0],
    span = Math.max(times.at(-1) - first, 1),
    low = Math.min(...values),
    most = Math.max(...values),
    room = Math.max((most - low) * 0.08, 1e-9);
  across = time => LEFT + ((time - first) / span) * (WIDE - LEFT - RIGHT);
  const y = value => TOP + ((most + room - value) / (most - low + 2 * room)) * (high - TOP - FOOT);
  const grid = [low, (low + most) / 2, most].map(
    value =>
      `<path class="grid" d="M${LEFT} ${one(y(value))}H${WIDE - RIGHT}"/>` +
      `<text class="q" x="${LEFT - 6}" y="${one(y(value) + 4)}" text-anchor="end">${number(value, { significant: 5 })}</text>`,
  );
  const ends = [
    [first, "start"],
    [times.at(-1), "end"],
  ].map(
    ([time, anchor]) =>
      `<text class="q" x="${one(across(time))}" y="${high - 6}" text-anchor="${anchor}">${escaped(local(time * 1000, true))}</text>`,
  );
  return [...grid, ...ends, ...draw(y)].join("");
}

function line(y, look, words) {
  const label = words && `<text class="q halo" x="${LEFT + 4}" y="${one(y - 4)}">${escaped(words)}</text>`;
  return `<path class="${look}" d="M${LEFT} ${one(y)}H${WIDE - RIGHT}"/>${label}`;
}

/** One column of the rows as a line that breaks where a value is missing. */
function path(rows, column, y, look) {
  let isOpen = false;
  const d = rows.map(row => {
    if (row[column] === null) {
      isOpen = false;
      return "";
    }
    const at = `${isOpen ? "L" : "M"}${one(across(row[0]))} ${one(y(row[column]))}`;
    isOpen = true;
    return at;
  });
  return `<path class="${look}" d="${d.join("")}"/>`;
}

/** Which line is which, at its end; words that would lie on each other are moved apart. */
function ends(plot, y) {
  const words = page.preview.chart,
    at = [1, 2].map(column => plot.findLast(row => row[column] !== null)?.[column]),
    [before, after] = at.map(value => (value === undefined ? null : y(value))),
    apart = before === null || after === null ? 0 : Math.max(0, 15 - Math.abs(before - after)) / 2,
    side = before > after ? 1 : -1;
  return [
    [before + side * apart, words.before, before],
    [after - side * apart, words.after, after],
  ]
    .filter(([, , is]) => is !== null)
    .map(([place, word]) => `<text class="halo" x="${WIDE - RIGHT + 6}" y="${one(place + 4)}">${escaped(word)}</text>`)
    .join("");
}

function table(plot, unit) {
  const words = page.preview.chart,
    head = [page.zone, `${words.before}, ${unit}`, `${words.after}, ${unit}`, say(words.difference, { unit })],
    rows = plot.map(([time, before, after]) => {
      const cells = [before, after, before === null || after === null ? null : after - before];
      const numbers = cells.map(value => `<td class="r num">${number(value, DIGITS)}</td>`).join("");
      return `<tr><td class="num">${escaped(local(time * 1000, true))}</td>${numbers}</tr>`;
    });
  const titles = head.map((text, i) => `<th scope="col"${i ? ' class="r"' : ""}>${escaped(text)}</th>`).join("");
  return (
    `<details class="picker numbers"><summary>${escaped(words.table)}</summary><div class="scroll" tabindex="0" role="group" ` +
    `aria-label="${escaped(words.table)}"><table class="short"><thead><tr>${titles}</tr></thead><tbody>${rows.join("")}</tbody></table></div></details>`
  );
}
