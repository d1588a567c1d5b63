/* The readings of each panel as a table: the same data as the picture. */
import { $, local, number, page, say, t } from "./frame.js";

const MAX_ROWS = 500;
let isShown = false;

const cell = (name, text, classes = "") =>
  Object.assign(document.createElement(name), { textContent: text, className: classes });

/** Show the tables, or take them away. */
export function toggle(panels) {
  isShown = !isShown;
  $("table").textContent = isShown ? t.chart.hide_table : t.chart.table;
  document.querySelectorAll("#panels .readings").forEach(element => element.remove());
  put(panels);
}

/** Put the tables above panels that were drawn anew, where they are wanted. */
export function put(panels) {
  if (isShown) $("panels").prepend(...tables(panels, MAX_ROWS));
}

/** Give one scrolling table a panel, newest readings first, at most `most` rows. */
function tables(panels, most) {
  return panels.map(panel => {
    const box = Object.assign(document.createElement("div"), { className: "scroll readings", tabIndex: 0 }),
      table = document.createElement("table");
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", panel.title);
    const head = table.createTHead().insertRow(),
      body = table.createTBody(),
      found = rows(panel.lines);
    for (const [i, name] of [
      say(t.chart.time_in, { zone: page.zone }),
      ...panel.lines.map(({ stream }) => [stream.short, stream.unit_words].filter(Boolean).join(", ")),
    ].entries())
      head.append(Object.assign(cell("th", name, i ? "r" : ""), { scope: "col" }));
    for (const [time, values] of found.slice(0, most)) {
      const row = body.insertRow();
      row.append(
        cell(
          "td",
          local(time * 1000) + new Date(time * 1000).toISOString().slice(16, 19),
          "num",
        ),
      );
      panel.lines.forEach((line, i) => row.append(cell("td", words(line, values[i]), "r num")));
    }
    table.createCaption().textContent =
      found.length > most
        ? say(t.chart.newest, { n: most, total: found.length })
        : panel.title;
    box.append(table);
    return box;
  });
}

function words(line, found) {
  if (!found) return "";
  return number(found.v, line.stream.digits) + (found.q > 2 ? ` ${t.quality[found.q]}` : "");
}

function rows(lines) {
  const byTime = new Map();
  const put = (time, i, value) => {
    if (!byTime.has(time)) byTime.set(time, []);
    byTime.get(time)[i] = value;
  };
  lines.forEach((line, i) => {
    line.t.forEach((time, k) => {
      if (line.v[k] != null) put(time, i, { v: line.v[k], q: 1 });
    });
    for (const mark of line.marks) put(mark.t, i, mark);
  });
  return [...byTime.entries()].sort((a, b) => b[0] - a[0]);
}
