/* The data page: on which days each datastream has readings, and the first readings of what was asked for. */
import { $, local, number, page, say, t } from "./frame.js";

const DAY_S = 86400,
  QUARTERS = 4,
  WIDE = 240,
  EVERY_MS = 60_000;
let askedMs;

/** Fill the strips of all datastreams by one question. */
async function cover() {
  const answer = await fetch(`/api/v1/facilities/${page.facility}/coverage?${new URLSearchParams(page.cover)}`);
  if (!answer.ok) return;
  for (const stream of (await answer.json()).datastreams) {
    const cell = document.querySelector(`[data-cover="${stream.id}"]`);
    if (cell) strip(cell, stream);
  }
}

/** A strip of days: dark where each quarter that should have a reading has one, lighter where some have. */
function strip(cell, { quarters, expected_interval_s: interval }) {
  const whole = Math.min(QUARTERS, Math.max(1, Math.floor(DAY_S / (interval || DAY_S)))),
    begun = Math.ceil((Date.now() - Date.parse(page.cover.to)) / 1000 / (DAY_S / QUARTERS)),
    wanted = day => Math.min(whole, day === quarters.length - 1 ? begun : QUARTERS),
    width = WIDE / quarters.length;
  const path = is =>
    quarters.map((n, i) => (is(n, wanted(i)) ? `M${(i * width).toFixed(1)} 7h${(width - 0.6).toFixed(1)}` : "")).join("");
  cell.innerHTML =
    `<svg class="cover" viewBox="0 0 ${WIDE} 14" preserveAspectRatio="none" role="img">` +
    `<path class="none" d="M0 7H${WIDE}" stroke-width="1"/>` +
    `<path class="part" d="${path((n, all) => n && n < all)}" stroke-width="14"/>` +
    `<path class="has" d="${path((n, all) => n >= all)}" stroke-width="14"/></svg>`;
  const words = say(t.chart.cover, { days: quarters.filter(Boolean).length, all: quarters.length });
  cell.firstElementChild.setAttribute("aria-label", words);
}

async function preview() {
  const answer = await fetch(page.preview, { cache: "no-cache" });
  if (!answer.ok) {
    $("preview-words").textContent = say(t.chart.failed, { status: answer.status, time: t.chart.nothing });
    return;
  }
  const { times, results, qualities, tests } = await answer.json(),
    table = document.createElement("table");
  if (!times.length) {
    $("preview-words").textContent = t.chart.nothing_asked;
    return;
  }
  const names = JSON.parse($("preview").dataset.tests),
    failed = tests => tests.split(",").map(test => names[test] ?? test).join(", ");
  const cell = (row, text, classes) => Object.assign(row.insertCell(), { textContent: text, className: classes ?? "" });
  table.className = "short";
  times.forEach((time, i) => {
    const row = table.insertRow();
    cell(
      row,
      local(Date.parse(time)) + time.slice(16, 19),
      "num",
    );
    cell(row, number(results[i], page.digits), "r num");
    cell(row, page.unitWords, "unit");
    cell(row, t.quality[qualities[i]] + (tests?.[i] ? `, ${failed(tests[i])}` : ""), "gap");
  });
  $("preview-words").textContent = say(t.chart.first_rows, {
    n: number(times.length, { decimals: 0 }),
    zone: page.zone,
  });
  $("preview").hidden = false;
  $("preview").replaceChildren(table);
}
function ask() {
  askedMs = Date.now();
  if (page.preview) preview();
  cover();
}
addEventListener("renewed", () => {
  if (Date.now() - askedMs > EVERY_MS) ask();
});
ask();
