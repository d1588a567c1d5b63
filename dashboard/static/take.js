/* What a section of a page shows, to take away: its table as CSV, its drawing as SVG, or as PNG twice as fine. */
import { page } from "./frame.js";
import * as keep from "./keep.js";

const LOOKS = ["fill", "fill-opacity", "stroke", "stroke-opacity", "stroke-width", "stroke-dasharray", "stroke-linejoin"],
  OF_TEXT = ["font-family", "font-size", "font-weight", "paint-order"],
  CELLS = ":scope > time, :scope > a, :scope > span:not(.w), :scope > .w > span";

const words = element => element.innerText.replace(/\s+/g, " ").trim();
const quoted = text => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** A text that a spreadsheet would compute is marked as text, as in the files of the api (tailings/csv_text.py). */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/,
  NUMBER = /^[+-](\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const marked = text => (FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text);

/** A row of a table, or an entry of a list whose parts stand for cells. */
const cells = row => [...(row.cells ?? row.querySelectorAll(CELLS))].map(words);

/** The table of a section, or its list, as it is shown; units stand in the head of a column or beside it. */
function csv(section) {
  const closed = [...section.querySelectorAll("details:not([open])")];
  // Text of what is closed is not rendered, and would come out empty.
  for (const details of closed) details.open = true;
  const rows = [...section.querySelectorAll("tr, ul.margins > li, ul.log > li")].map(cells);
  for (const details of closed) details.open = false;
  return rows.map(row => row.map(cell => quoted(marked(cell))).join(",")).join("\r\n") + "\r\n";
}

/** Put the looks of the page's stylesheet into a copy, which reaches none. */
function dressed(original) {
  const copy = original.cloneNode(true),
    from = [original, ...original.querySelectorAll("*")],
    to = [copy, ...copy.querySelectorAll("*")];
  from.forEach((element, i) => {
    const style = getComputedStyle(element);
    for (const name of element.matches("text, tspan") ? [...LOOKS, ...OF_TEXT] : LOOKS)
      to[i].style.setProperty(name, style.getPropertyValue(name));
  });
  return copy;
}

function svg(section, head = "") {
  const original = section.querySelector("svg.draw"),
    copy = dressed(original),
    { width, height } = original.viewBox.baseVal;
  for (const id of new Set([...copy.querySelectorAll("use")].map(use => use.getAttribute("href"))))
    copy.prepend(dressed(document.querySelector(id)));
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  copy.setAttribute("width", width);
  copy.setAttribute("height", height);
  copy.removeAttribute("class");
  const ground = `<rect width="100%" height="100%" fill="${getComputedStyle(section).backgroundColor}"/>`;
  return copy.outerHTML.replace(/^<svg[^>]*>/, found => `${found}${head}${ground}`);
}

/** Hand over what a button asks for: of a chart all its readings, of a section what it shows. */
export async function take(button, panel, view, showsRejected) {
  if (panel) {
    await keep[button.name](panel, view, showsRejected);
    return;
  }
  const section = button.closest("section"),
    name = `${page.facility} ${words(section.querySelector("h2"))} ${new Date().toISOString().slice(0, 10)}`;
  if (button.name === "csv") keep.give(new Blob([csv(section)], { type: "text/csv" }), name, "csv");
  if (button.name === "svg") keep.give(new Blob([svg(section)], { type: "image/svg+xml" }), name, "svg");
  if (button.name === "png") keep.give(await keep.pixels(head => svg(section, head)), name, "png");
}
