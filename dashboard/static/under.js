/* What lies under a chart: the levels of a plan as bands, events as dotted lines, and the tip of an instrument. */
import { number, page, say, t } from "./frame.js";
import { css, px, tint } from "./colours.js";
import { errorAt, mains } from "./series.js";

/** Room up to the first limit that is not reached, so that the way to it is seen. */
function reaching(limits, roomy) {
  return (u, low, high) => {
    const values = limits().map(([, value]) => value);
    if (low == null || !values.length) return roomy(u, low, high);
    const isAbove = rises(limits()),
      next = values.find(value => (isAbove ? value > high : value < low)) ?? values.at(-1);
    return roomy(u, Math.min(low, next), Math.max(high, next));
  };
}

/** Put them under a chart before it is drawn, by its options; what the page says of them is read anew each time. */
export function dress({ hooks, scales }, panel) {
  const [one, other] = mains(panel),
    // Of the one instrument that a panel shows; of several, none.
    name = !other && one?.stream.name,
    // The mildest first: [[level, value], ...].
    limits = () => page.limits?.[name] ?? [];
  hooks.drawClear = [u => bands(u, limits()), events, u => tip(u, page.tips?.[name], panel)];
  // Over the grid.
  hooks.drawAxes = [u => captions(u, limits(), panel.digits)];
  hooks.drawAxes.push(u => panel.lines.filter(line => line.errors.length && !line.hangs).forEach(line => spread(u, line)));
  scales.y.range = reaching(limits, scales.y.range);
}

function bands(u, limits) {
  const c = u.ctx,
    k = px(),
    { left, top, width, height } = u.bbox,
    isAbove = rises(limits),
    y = value => Math.min(top + height, Math.max(top, u.valToPos(value, "y", true)));
  c.save();
  limits.forEach(([level, value], i) => {
    const end = i + 1 < limits.length ? y(limits[i + 1][1]) : isAbove ? top : top + height,
      at = y(value);
    c.fillStyle = tint(level, 0.22);
    c.fillRect(left, Math.min(at, end), width, Math.abs(end - at));
    if (value < u.scales.y.min || value > u.scales.y.max) return;
    c.fillStyle = css(level);
    c.fillRect(left, at - 2 * k, width, 4 * k);
    c.fillStyle = css("ink");
    c.fillRect(left, at + (isAbove ? 2 : -3) * k, width, k);
  });
  c.restore();
}

/** How far the values of a line may err, as a band around it. */
function spread(u, line) {
  const c = u.ctx,
    { left, top, width, height } = u.bbox,
    to = (i, side) => [
      u.valToPos(line.t[i], "x", true),
      u.valToPos(line.v[i] + side * errorAt(line, line.t[i]), line.scale, true),
    ];
  c.save();
  c.beginPath();
  c.rect(left, top, width, height);
  c.clip();
  c.fillStyle = tint(line.colour, 0.16);
  c.beginPath();
  for (let i = 1; i < line.t.length; i++) {
    if (line.v[i] == null || line.v[i - 1] == null) continue;
    c.moveTo(...to(i - 1, 1));
    c.lineTo(...to(i, 1));
    c.lineTo(...to(i, -1));
    c.lineTo(...to(i - 1, -1));
  }
  c.fill();
  c.restore();
}

/** Whether the levels go up from the mildest. */
function rises(limits) {
  return limits.length < 2 || limits[1][1] > limits[0][1];
}

/** Level and value beside each line, on the side of the plot where there is room. */
function captions(u, limits, digits) {
  const c = u.ctx,
    k = px(),
    { left, top, height } = u.bbox;
  c.save();
  c.font = `${12 * k}px Plex`;
  c.fillStyle = css("ink");
  // The axes leave theirs behind.
  c.textAlign = "left";
  for (const [level, value] of limits) {
    if (value < u.scales.y.min || value > u.scales.y.max) continue;
    const at = u.valToPos(value, "y", true),
      isOver = rises(limits) ? at - top > 20 * k : top + height - at < 20 * k;
    c.textBaseline = isOver ? "bottom" : "top";
    c.fillText(`${t.states[level]} ${number(value, digits)}`, left + 6 * k, at + (isOver ? -5 : 5) * k);
  }
  c.restore();
}

/** Events: a dotted line each, a bar along a span, the words above the plot; words without room are counted. */
function events(u) {
  const c = u.ctx,
    k = px(),
    { left, top, width, height } = u.bbox,
    { min, max } = u.scales.x,
    across = time => u.valToPos(Math.min(max, Math.max(min, time)), "x", true),
    put = [];
  c.save();
  c.strokeStyle = c.fillStyle = css("ink2");
  c.setLineDash([k, 3 * k]);
  c.lineWidth = k;
  c.font = `${12 * k}px Plex`;
  c.textBaseline = "bottom";
  c.textAlign = "left";
  for (let [time, end, words] of page.events) {
    let n = 1,
      x = across(time),
      at,
      wide;
    if (end) c.fillRect(x, top, across(end) - x, 2 * k);
    if (time < min || time > max) continue;
    c.strokeRect(x, top, 0, height);
    for (;;) {
      wide = c.measureText(words).width;
      at = Math.max(left, Math.min(x + 4 * k, left + width - wide));
      if (!(at < put.at(-1)?.end)) break;
      const last = put.pop();
      n += last.n;
      ({ x } = last);
      words = say(t.chart.events, { n });
    }
    put.push({ x, n, words, at, end: at + wide + 8 * k });
  }
  for (const { words, at } of put) c.fillText(words, at, top - 2 * k);
  c.restore();
}

/** Where the instrument's tip is: a dashed line where the view holds it, and words above the chart. */
function tip(u, at, { figure, digits }) {
  const c = u.ctx,
    k = px(),
    { left, width } = u.bbox,
    { min, max } = u.scales.y,
    words = at == null ? "" : at < min ? t.chart.tip_below : at > max ? t.chart.tip_above : t.chart.tip;
  figure.querySelector(".tip").textContent = say(words, { value: number(at, digits) });
  if (words !== t.chart.tip) return;
  c.save();
  c.strokeStyle = css("ink2");
  c.setLineDash([6 * k, 4 * k]);
  c.lineWidth = k;
  c.strokeRect(left, u.valToPos(at, "y", true), width, 0);
  c.restore();
}
