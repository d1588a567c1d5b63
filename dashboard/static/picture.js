/* A panel as SVG, drawn from the chart on the screen: the same view, axes, levels, events, lines, bands, gaps, crosses
   and words. */
import { local, page } from "./frame.js";
import { css, px, tint } from "./colours.js";
import { placed } from "./labels.js";
import { summary, timeWords } from "./chart.js";
import { Pen, escaped, one } from "./pen.js";

const LINE_PX = 17,
  CROSS_PX = 3.5,
  EDGE_PX = 8;
const said = ([key, value]) => ` ${key}="${escaped(value)}"`;
function mark(name, attributes, inner = "") {
  const all = Object.entries(attributes).map(said).join("");
  return `<${name}${all}>${inner}</${name}>\n`;
}
const text = (x, y, words, more = {}) =>
  mark("text", { x: one(x), y: one(y), fill: css("ink2"), ...more }, escaped(words));

/** Give the SVG of a panel; `head` stands before all that is drawn (a font). `view` has from and to [Unix s]. */
export function picture(panel, view, head = "") {
  const u = panel.plot,
    top = heading(panel, view, u.width),
    height = Math.ceil(top.height + u.height + (isLowest(u) ? 0 : LINE_PX));
  const box = {
    left: u.bbox.left / px(),
    top: u.bbox.top / px(),
    width: u.bbox.width / px(),
    height: u.bbox.height / px(),
  };
  const place = {
    x: time => box.left + u.valToPos(time, "x"),
    y: (value, scale) => box.top + u.valToPos(value, scale),
    box,
  };
  const lines = panel.lines.map(line => drawn(line, place)).join(""),
    under = written(u, u.hooks.drawClear),
    over = written(u, u.hooks.drawAxes),
    inside = words => mark("g", { "clip-path": "url(#plot)" }, words);
  const clip = mark(
    "clipPath",
    { id: "plot" },
    mark("rect", {
      x: one(box.left),
      y: one(box.top - EDGE_PX / 2),
      width: one(box.width),
      height: one(box.height + EDGE_PX),
    }),
  );
  return mark(
    "svg",
    {
      xmlns: "http://www.w3.org/2000/svg",
      width: u.width,
      height,
      viewBox: `0 0 ${u.width} ${height}`,
      role: "img",
      "font-family": "Plex, 'IBM Plex Sans', sans-serif",
      "font-size": 12,
    },
    head +
      mark("title", {}, escaped(`${page.facility}: ${panel.title}`)) +
      mark("desc", {}, escaped(summary(panel))) +
      mark("rect", { width: "100%", height: "100%", fill: css("sheet") }) +
      top.text +
      mark("defs", {}, clip) +
      mark(
        "g",
        { transform: `translate(0 ${top.height})` },
        inside(under.shapes) +
          axes(u, place) +
          inside(over.shapes + lines) +
          under.words +
          over.words +
          labels(panel, u, place),
      ),
  );
}

/** What functions of the chart draw under its lines, as they would on the screen. */
function written(u, drawings) {
  const pen = new Pen(u.ctx, px());
  for (const draw of drawings) draw(Object.create(u, { ctx: { value: pen } }));
  return pen;
}

/** What stands above: what it is, how it is drawn, where and when; broken into lines where it is too long. */
function heading(panel, view, width) {
  const part = name => panel.figure.querySelector(name).textContent,
    place = document.querySelector("h1").textContent;
  const when = `${place}, ${local(view.from * 1000, true)} – ${local(view.to * 1000, true)} ${page.zone}`;
  const rows = [[part("b"), { fill: css("ink"), "font-weight": 600, "font-size": 14 }]];
  for (const words of [part(".how"), part(".tip"), when].filter(Boolean))
    rows.push(...broken(words, width - 2 * EDGE_PX).map(row => [row, {}]));
  return {
    text: rows.map(([words, more], i) => text(EDGE_PX, EDGE_PX + LINE_PX * (i + 0.7), words, more)).join(""),
    height: EDGE_PX + LINE_PX * rows.length,
  };
}

function broken(words, width) {
  const pen = document.createElement("canvas").getContext("2d"),
    rows = [""];
  pen.font = "12px Plex";
  for (const word of words.split(" ")) {
    const longer = `${rows.at(-1)} ${word}`.trim();
    if (rows.at(-1) && pen.measureText(longer).width > width) rows.push(word);
    else rows[rows.length - 1] = longer;
  }
  return rows;
}

// The chart library keeps where it put its ticks and what it wrote beside them under these two names.
const ticks = axis => axis._splits.map((value, i) => ({ value, words: axis._values[i] }));
const isLowest = u => ticks(u.axes[0]).some(({ words }) => words);

function axes(u, { x, y, box }) {
  const [across, up] = u.axes,
    times = across._splits,
    words = timeWords(u, times, 0, 0, times[1] - times[0]),
    right = box.left + box.width,
    bottom = box.top + box.height;
  const hair = { stroke: css("hair"), "stroke-width": 1, fill: "none" };
  const rows = ticks(up).map(({ value, words }) => ({ words, at: y(value, up.scale) }));
  return (
    mark("path", { ...hair, d: times.map(time => `M${one(x(time))} ${one(box.top)}V${one(bottom)}`).join("") }) +
    mark("path", { ...hair, d: rows.map(({ at }) => `M${one(box.left)} ${one(at)}H${one(right)}`).join("") }) +
    times.map((time, i) => text(x(time), bottom + LINE_PX, words[i] ?? "", { "text-anchor": "middle" })).join("") +
    rows.map(({ at, words }) => text(box.left - 6, at + 4, words ?? "", { "text-anchor": "end" })).join("")
  );
}

/** One datastream: its band, its line, single readings as dots, bad ones as crosses. */
function drawn(line, place) {
  const name = { "data-datastream": line.stream.name },
    at = (time, value) => `${one(place.x(time))} ${one(place.y(value, line.scale))}`,
    colour = css(line.colour);
  if (line.hangs) return mark("path", { ...name, fill: tint(line.colour, 0.6), d: bars(line, place) });
  const runs = unbroken(line);
  const along = (run, values) => run.map(i => at(line.t[i], values[i])).join("L"),
    path = run => `M${along(run, line.v)}`,
    area = run => `M${along(run, line.hi)}L${along(run.toReversed(), line.lo)}Z`;
  const dot = ([time, value]) =>
    mark("circle", { cx: one(place.x(time)), cy: one(place.y(value, line.scale)), r: 2, fill: colour });
  return (
    (line.band ? mark("path", { fill: tint(line.colour, 0.22), d: runs.map(area).join("") }) : "") +
    mark("path", {
      ...name,
      fill: "none",
      stroke: colour,
      "stroke-width": 1.8,
      "stroke-linejoin": "round",
      d: runs.map(path).join(""),
    }) +
    line.single.map(dot).join("") +
    mark("path", { fill: "none", stroke: colour, "stroke-width": 1.6, d: crosses(line, place) })
  );
}

/** Indices of the readings between one gap and the next. */
function unbroken(line) {
  const runs = [[]];
  line.v.forEach((value, i) => {
    if (value == null) runs.push([]);
    else runs.at(-1).push(i);
  });
  return runs.filter(run => run.length);
}

function bars(line, { x, y }) {
  const width = Math.min(6, Math.max(1, x(line.t[0] + line.step) - x(line.t[0]))),
    zero = one(y(0, line.scale));
  const bar = (left, value) => `M${one(left)} ${zero}H${one(left + width)}V${one(y(value, line.scale))}H${one(left)}Z`;
  return line.v.map((value, i) => (value ? bar(x(line.t[i]), value) : "")).join("");
}

/** One outside the view lies at its edge; those that would hide each other are one. */
function crosses(line, { x, y, box }) {
  let before = -Infinity;
  return line.marks
    .map(({ t: time, v: value }) => {
      const left = x(time),
        r = CROSS_PX;
      if (left - before < r) return "";
      before = left;
      const at = Math.min(box.top + box.height, Math.max(box.top, y(value, line.scale)));
      return `M${one(left - r)} ${one(at - r)}l${2 * r} ${2 * r}m0 ${-2 * r}l${-2 * r} ${2 * r}`;
    })
    .join("");
}

function wide(words, weight) {
  const pen = document.createElement("canvas").getContext("2d");
  pen.font = `${weight} 12px Plex`;
  return pen.measureText(words).width;
}

function labels(panel, u, { box }) {
  const left = box.left + box.width + EDGE_PX;
  return placed(panel, u)
    .map(({ y, colour, name, words }) => {
      const at = y / px();
      if (!name) return text(left, at + 4, words);
      const bold = mark("tspan", { fill: css("ink"), "font-weight": 600 }, escaped(name)).trim(),
        hasRoom = left + 19 + wide(name, 600) + wide(words, 400) < u.width,
        value = hasRoom ? mark("tspan", { dx: 6 }, escaped(words)).trim() : "";
      return (
        mark("rect", { x: one(left), y: one(at - 2), width: 9, height: 4, fill: css(colour) }) +
        mark("text", { x: one(left + 13), y: one(at + 4), fill: css("ink2") }, bold + value)
      );
    })
    .join("");
}
