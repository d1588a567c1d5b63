/* What the keys do to charts that the mouse does too: move the cursor, zoom. */

/** Move the cursor of all panels one step to the right (1) or left (-1); it begins at the right end. */
export function step(panels, direction) {
  const u = panels[0]?.plot;
  if (!u) return;
  const width = u.over.clientWidth,
    at = u.cursor.left ?? -1,
    left = at < 0 ? width : at + direction * Math.max(2, width / 200);
  for (const panel of panels) panel.plot.setCursor({ left: Math.min(width, Math.max(0, left)), top: 10 });
}

/** The range [from, to] that is `factor` times as long and keeps the cursor, or the middle, where it is. */
export function scaled(view, cursor, factor) {
  const length = view.to - view.from,
    still = cursor ?? (view.from + view.to) / 2,
    from = still - (still - view.from) * factor;
  return [from, from + length * factor];
}
