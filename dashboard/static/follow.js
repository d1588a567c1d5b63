/* Readings that were stored while a chart stands open go to the ends of its lines. */
import { last, put, singles } from "./series.js";

/** Put the readings of a commit to their lines; true where the picture must be asked for anew (late, or means). */
export function follow(latest, event, panels, chosen) {
  const lines = new Map(panels.flatMap(panel => panel.lines.map(line => [line.stream.id, line])));
  let isOld = false;
  for (const reading of latest) {
    const line = lines.get(reading.id);
    if (!line) isOld ||= chosen.some(stream => stream.id === reading.id);
    else if (take(line, reading, event)) line.isNew = true;
    else isOld = true;
  }
  return isOld;
}

function take(line, { time, result, quality, tests }, event) {
  const end = last(line),
    isLate = event.first_time && end && Date.parse(event.first_time) / 1000 < end.t - 2 * (line.step ?? 60);
  return !line.band && !isLate && append(line, { time: Date.parse(time) / 1000, result, quality, tests });
}

/** Append a reading that was just stored; bad ones become marks. Returns false when it is not newer than the last. */
function append(series, { time, result, quality, tests }) {
  if (time <= (series.t.at(-1) ?? -Infinity)) return false;
  if (quality > 2) {
    if (quality < 9 && result != null) series.marks.push({ t: time, v: result, q: quality, tests });
    return true;
  }
  if (series.step && series.t.length && time - series.t.at(-1) > 1.5 * series.step)
    put(series, (series.t.at(-1) + time) / 2, null, null, null);
  put(series, time, result, null, null);
  series.single = singles(series);
  return true;
}
