/* A chart to take away: its readings as CSV, itself as SVG, or as PNG twice as fine as on a plain screen. */
import { page } from "./frame.js";
import { NoAnswer, iso } from "./series.js";
import { picture } from "./picture.js";

const FINER = 2;

/** What a file of a panel is called: facility, panel and days. */
const called = (panel, view) =>
  [page.facility, panel.title, ...[view.from, view.to].map(s => iso(s).slice(0, 10))].join(" ");

/** Hand a file to the browser. */
function save(address, words, kind) {
  const name = words.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-");
  Object.assign(document.createElement("a"), { href: address, download: `${name}.${kind}` }).click();
}

/** Hand over what was made here. */
export function give(blob, words, kind) {
  const address = URL.createObjectURL(blob);
  save(address, words, kind);
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/** Every reading behind the chart that it shows, also where it shows means; asked from the api like any file. */
export async function csv(panel, view, showsRejected) {
  const query = new URLSearchParams({ from: iso(view.from), to: iso(view.to), format: "csv", quality: "1,2,9" });
  query.set("marks", showsRejected ? "3,4" : "3");
  for (const line of panel.lines) query.append("datastream", line.stream.id);
  const address = `/api/v1/facilities/${page.facility}/series?${query}`;
  // Asked first without the file: a download that fails says nothing.
  const answer = await fetch(address, { method: "HEAD" }).catch(() => ({ status: 0 }));
  if (!answer.ok) throw new NoAnswer(answer.status);
  save(address, called(panel, view), "csv");
}

export async function svg(panel, view) {
  give(new Blob([picture(panel, view)], { type: "image/svg+xml" }), called(panel, view), "svg");
}

export async function png(panel, view) {
  give(await pixels(head => picture(panel, view, head)), called(panel, view), "png");
}

/** Paint a drawing: `drawn(head)` gives its SVG. A picture reaches no font of the page, so it is given its own. */
export async function pixels(drawn) {
  const image = new Image();
  image.src = `data:image/svg+xml,${encodeURIComponent(drawn(await font()))}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = FINER * image.width;
  canvas.height = FINER * image.height;
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise(done => canvas.toBlob(done, "image/png"));
}

async function font() {
  const answer = await fetch(document.querySelector("link[as=font]").href).catch(() => ({ status: 0 }));
  if (!answer.ok) throw new NoAnswer(answer.status);
  const reader = new FileReader(),
    read = new Promise(done => (reader.onload = done));
  reader.readAsDataURL(await answer.blob());
  await read;
  return `<style>@font-face{font-family:Plex;src:url(${reader.result});font-weight:100 700}</style>`;
}
