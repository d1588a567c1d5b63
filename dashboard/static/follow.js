/* Readings that were stored while a chart stands open go to the ends of its lines. */
import { last, put, singles } from "./series.js";

/** Put the readings of a commit to their lines; true where the picture must be asked for anew: late ones, means, and
    where others of the commit may lie between, of which only the newest is told. */
export function follow(latest, event, panels, chosen, showsRejected) {
  const lines = new Map(panels.flatMap(panel => panel.lines.map(line => [line.stream.id, line])));
  let isOld = false;
  for (const reading of latest) {
    const line = lines.get(reading.id);
    if (!line) isOld ||= chosen.some(stream => stream.id === reading.id);
    else if (take(line, reading, event, showsRejected)) line.isNew = true;
    else isOld = true;
  }
  return isOld;
}

function take(line, reading, event, showsRejected) {
  const end = last(line),
    time = seconds(reading.time),
    first = event.first_time ? seconds(event.first_time) : time,
    isLate = end && first < end.t - 2 * (line.step ?? 60),
    isGap = line.step && line.t.length && time - line.t.at(-1) > 1.5 * line.step;
  if (line.band || isLate || (isGap && first < time)) return false;
  return append(line, { ...reading, time }, isGap, showsRejected ? 4 : 3);
}
const seconds = text => Date.parse(text) / 1000;

/** Append a reading that was just stored; bad ones become marks, up to the worst flag that is shown. Returns false when
    it is not newer than the last. */
function append(series, { time, result, quality, tests }, isGap, worst) {
  if (time <= (series.t.at(-1) ?? -Infinity)) return false;
  if (quality > 2) {
    if (quality <= worst && result != null) series.marks.push({ t: time, v: result, q: quality, tests });
    return true;
  }
  if (isGap) put(series, (series.t.at(-1) + time) / 2, null, null, null);
  put(series, time, result, null, null);
  series.single = singles(series);
  return true;
}
