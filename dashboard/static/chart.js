/* One panel of linked charts: uPlot in Tailwatch's dress. */
import { clock, day, isNarrow, local, number, say, t } from "./frame.js";
import { last } from "./series.js";
import { css, px, tint } from "./colours.js";
import { endLabels } from "./labels.js";
import { dress } from "./under.js";

const uPlot = window.uPlot;
const FONT = "12px Plex, sans-serif",
  MANY = 0.4;

function axis(more) {
  return {
    font: FONT,
    stroke: () => css("ink2"),
    size: 50,
    gap: 6,
    grid: { stroke: () => css("hair"), width: 1 },
    ticks: { show: false },
    ...more,
  };
}

/** Days where a step is a day or more, the clock below that; the day is said again when it changes. */
export function timeWords(u, splits, _, __, step) {
  let before;
  return splits.map(s => {
    const today = day(s * 1000),
      isNew = today !== before;
    before = today;
    if (step >= 86400) return today;
    const time = clock(s * 1000);
    return isNew && time === "00:00" ? today : time;
  });
}

/** From the lowest to the highest mark of the lines that have at least `share` as many marks as readings. */
function reach(panel, share) {
  const values = panel.lines.flatMap(line =>
    line.hangs || line.marks.length < share * line.t.length ? [] : line.marks.map(mark => mark.v),
  );
  return [Math.min(...values), Math.max(...values)];
}

/** Room above and below the line, and never so little that noise looks like an event. A few bad readings lie at the
    edge of the view; where they are many they are what happened, and the view holds them. */
function roomy(panel) {
  return (u, low, high) => {
    const [lowest, highest] = reach(panel, low == null ? 0 : MANY);
    low = Math.min(low ?? lowest, lowest);
    high = Math.max(high ?? highest, highest);
    if (low > high) [low, high] = [0, 1];
    const least = 10 * 10 ** -(panel.digits.decimals ?? 1),
      middle = (low + high) / 2;
    const half = Math.max((high - low) * 0.58, least / 2, Math.abs(middle) * 1e-6);
    return [low >= 0 && middle - half < 0 && low - half < -half / 2 ? 0 : middle - half, middle + half];
  };
}

/** Suspect and rejected readings as crosses; one outside the view lies at its edge. Single readings as dots. */
function crosses(panel) {
  return u => {
    const c = u.ctx,
      k = px(),
      r = 3.5 * k,
      { left, top, width, height } = u.bbox;
    c.save();
    c.beginPath();
    c.rect(left, top - r, width, height + 2 * r);
    c.clip();
    c.lineWidth = 1.6 * k;
    for (const line of panel.lines) {
      c.strokeStyle = c.fillStyle = css(line.colour);
      let before = -Infinity;
      for (const mark of line.marks) {
        const x = u.valToPos(mark.t, "x", true);
        // Crosses that would hide each other are one.
        if (x - before < r) continue;
        before = x;
        const y = Math.min(top + height, Math.max(top, u.valToPos(mark.v, line.scale, true)));
        c.beginPath();
        c.moveTo(x - r, y - r);
        c.lineTo(x + r, y + r);
        c.moveTo(x + r, y - r);
        c.lineTo(x - r, y + r);
        c.stroke();
      }
      for (const [time, v] of line.stream.is_manual ? [] : line.single) {
        c.beginPath();
        c.arc(u.valToPos(time, "x", true), u.valToPos(v, line.scale, true), 2 * k, 0, 7);
        c.fill();
      }
    }
    c.restore();
  };
}

function styles(panel) {
  const out = [{}],
    bands = [];
  for (const line of panel.lines) {
    const stroke = () => css(line.colour),
      hidden = { scale: line.scale, width: 0, points: { show: false }, stroke };
    if (line.hangs) {
      out.push({
        scale: line.scale,
        stroke,
        fill: () => tint(line.colour, 0.6),
        width: 0,
        points: { show: false },
        paths: uPlot.paths.bars({ size: [1, 6], align: 1 }),
      });
      continue;
    }
    if (line.band) {
      bands.push({ series: [out.length + 1, out.length], fill: () => tint(line.colour, 0.22) });
      out.push(hidden, hidden);
    }
    const show = line.stream.is_manual,
      points = { show, size: 8, width: 1.6, stroke, fill: () => css("sheet") };
    out.push({ scale: line.scale, stroke, width: show ? 0 : 1.8, points, spanGaps: false });
  }
  return { series: out, bands };
}

function columns(panel) {
  const tables = panel.lines.map(line =>
    line.band && !line.hangs ? [line.t, line.lo, line.hi, line.v] : [line.t, line.v],
  );
  if (!tables.some(table => table[0].length)) return [[], ...tables.flatMap(table => table.slice(1))];
  // 2: an empty item empties the whole way to its neighbours, else readings of other lines would narrow the gap.
  return uPlot.join(
    tables,
    tables.map(table => table.map(() => 2)),
  );
}

/** One sentence for those who do not see the picture. */
export function summary(panel) {
  const parts = panel.lines.map(line => {
    const values = line.v.filter(v => v != null),
      end = last(line),
      { short: name, digits } = line.stream;
    if (!end) return say(t.chart.none_of, { name });
    const [low, high, newest] = [Math.min(...values), Math.max(...values), end.v].map(v => number(v, digits));
    return say(t.chart.summary, { name, low, high, last: newest, time: local(end.t * 1000) });
  });
  return `${panel.title}: ${parts.join("; ")}.`;
}

/** Draw a panel into a figure. `view` has from and to [Unix s]; `act` has zoom(from, to), back() and moved(time, panel). */
export function draw(panel, view, act, isLowest) {
  const host = panel.figure.querySelector(".draw"),
    height = host.clientHeight,
    isMain = panel.lines.some(line => !line.hangs);
  const scales = {
    x: { time: true, range: () => [view.from, view.to] },
    y: { range: roomy(panel) },
    rain: { range: (u, low, high) => [0, (high || 1) * (isMain ? 3.5 : 1.1)], dir: -1 },
  };
  const options = {
    width: host.clientWidth,
    height,
    legend: { show: false },
    padding: [20, isNarrow() ? 78 : 150, 0, 0],
    scales,
    tzDate: s => uPlot.tzDate(new Date(s * 1000), act.zone),
    axes: [
      axis({
        size: isLowest ? 28 : 8,
        space: isNarrow() && !day(view.from * 1000).split(" ")[2] ? 52 : 74,
        values: isLowest ? timeWords : (u, splits) => splits.map(() => ""),
      }),
      axis({ scale: isMain ? "y" : "rain", space: 22, values: (u, splits) => tickWords(splits) }),
    ],
    cursor: {
      sync: { key: "tailwatch" },
      points: { show: false },
      y: false,
      drag: { x: true, y: false, setScale: false },
      bind: { dblclick: () => () => act.back() },
    },
    hooks: {
      draw: [crosses(panel), endLabels(panel)],
      setCursor: [u => act.moved(u.cursor.left >= 0 ? u.posToVal(u.cursor.left, "x") : null, panel)],
      setSelect: [u => zoomed(u, act)],
    },
    ...styles(panel),
  };
  dress(options, panel);
  panel.plot = new uPlot(options, columns(panel), host);
  panel.sizer = new ResizeObserver(() => panel.plot.setSize({ width: host.clientWidth, height: host.clientHeight }));
  panel.sizer.observe(host);
}

function zoomed(u, act) {
  if (u.select.width < 4) return;
  const from = u.posToVal(u.select.left, "x"),
    to = u.posToVal(u.select.left + u.select.width, "x");
  u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
  act.zoom(from, to);
}

/** All with as many decimals as the one that needs most: 0.25 needs two, and a tick alone at 338.5 is not 339. */
export function tickWords(splits) {
  const decimals = Math.max(...splits.map(value => String(+value.toPrecision(9)).split(".")[1]?.length ?? 0));
  return splits.map(value => number(value, { decimals }));
}

/** Show the lines as they are now (a reading was appended, the view moved, the theme changed). */
export function redraw(panel) {
  panel.plot.setData(columns(panel));
}

export function remove(panel) {
  panel.sizer?.disconnect();
  panel.plot?.destroy();
}
