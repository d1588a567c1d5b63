/* Words at the right end of each line of a chart, in place of a legend. */
import { number, t } from "./frame.js";
import { last } from "./series.js";
import { css, px } from "./colours.js";

/** The last reading of a line, or the mark beside it that is newer. */
function newest(line) {
  const end = last(line),
    mark = line.marks.at(-1);
  return mark && !(end?.t > mark.t) ? mark : end;
}

/** What stands at the right end of each line: name and last value, or what it is instead; of rain its scale. */
function ends(panel, u) {
  const isMixed = panel.lines.some(line => !line.hangs);
  return panel.lines.flatMap(line => {
    const { stream, scale, colour } = line,
      end = newest(line),
      { top, height } = u.bbox,
      y = v => Math.min(top + height, Math.max(top, u.valToPos(v, scale, true)));
    if (!end || line.isBeside) return [];
    if (line.hangs && isMixed) {
      const most = line.v.reduce((a, b) => Math.max(a, b ?? 0), 0),
        words = `${number(most, stream.digits)} ${stream.unit_words}`;
      return most ? [{ y: y(0), words: "0" }, { y: y(most), words }] : [];
    }
    const now = Date.now() / 1000,
      oldest = now - Math.max(stream.stale_after_s ?? Infinity, 2 * (line.step ?? 0)),
      isStale = end.t < oldest && u.scales.x.max > oldest,
      words = isStale
        ? Date.parse(stream.last) / 1000 > oldest
          ? t.quality[4]
          : t.states.stale.toLowerCase()
        : end.q > 2 ? t.quality[end.q] : number(end.v, stream.digits);
    return [{ y: y(end.v), colour, name: stream.short, words }];
  });
}

/** Where they stand, in pixels of the canvas: pushed apart, so that they never overlap. */
export function placed(panel, u) {
  const k = px(),
    rows = ends(panel, u).sort((a, b) => a.y - b.y);
  for (let i = 1; i < rows.length; i++) rows[i].y = Math.max(rows[i].y, rows[i - 1].y + 15 * k);
  const over = Math.max(0, rows.at(-1)?.y - (u.bbox.top + u.bbox.height + 4 * k));
  for (const row of rows) row.y -= over;
  return rows;
}

/** Write them. */
export function endLabels(panel) {
  return u => {
    const c = u.ctx,
      k = px(),
      x = u.bbox.left + u.bbox.width;
    c.save();
    c.textBaseline = "middle";
    c.textAlign = "left";
    for (const { y, colour, name, words } of placed(panel, u)) {
      let left = x + 8 * k;
      if (name) {
        c.fillStyle = css(colour);
        c.fillRect(left, y - 2 * k, 9 * k, 4 * k);
        c.font = `600 ${12 * k}px Plex`;
        c.fillStyle = css("ink");
        left += 13 * k;
        c.fillText(name, left, y, u.width * k - left);
        left += 6 * k + c.measureText(name).width;
      }
      c.font = `${12 * k}px Plex`;
      c.fillStyle = css("ink2");
      // A value without room is left out, never cut.
      if (c.measureText(words).width < u.width * k - left) c.fillText(words, left, y);
    }
    c.restore();
  };
}
