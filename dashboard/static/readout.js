/* What a chart reads under the cursor; loaded when one first moves there. */
import { number, t } from "./frame.js";
import { errorAt } from "./series.js";

/** A reading by hand is of its moment, however seldom one is expected. */
const HAND_S = 43_200;

/** Say what the lines are at one time: 'n07 vw1 330.12', or 'no reading'. */
export function readout(panel, time) {
  return panel.lines
    .map(line => {
      const found = at(line, time),
        bad = found && found.q > 2 ? ` (${t.quality[found.q]})` : "",
        error = found && !bad ? errorAt(line, time) : null,
        spread = error == null ? "" : ` ± ${number(error, { significant: 2 })}`;
      return `${line.stream.short} ${found ? number(found.v, line.stream.digits) : t.quality[9]}${spread}${bad}`;
    })
    .join(" · ");
}

/** The reading nearest to a time [Unix s], good or bad: {v, q}; null when none is within three quarters of an interval. */
function at(series, time) {
  const reach = series.stream.is_manual ? HAND_S : 0.75 * (series.step ?? 3600),
    found = nearest(series.t, time);
  const away = other => Math.abs(other.t - time),
    near = series.marks.filter(mark => away(mark) <= reach);
  if (found >= 0 && series.v[found] != null && Math.abs(series.t[found] - time) <= reach)
    near.push({ t: series.t[found], v: series.v[found], q: 1 });
  return near.length ? near.reduce((a, b) => (away(b) < away(a) ? b : a)) : null;
}

function nearest(times, time) {
  let low = 0,
    high = times.length - 1; // -1 when there are none
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle] < time) low = middle + 1;
    else high = middle;
  }
  if (high < 0) return -1;
  return low > 0 && time - times[low - 1] < times[low] - time ? low - 1 : low;
}
