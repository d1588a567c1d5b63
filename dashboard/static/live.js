/* The live view: server-sent events into the values on the page, staleness by the clock, words when the line breaks. */
import { $, ageWords, clock, local, number, page, say, showState, t } from "./frame.js";

// The server says something every 15 s; a line that is back within a second was not away.
const SILENT_S = 40,
  GRACE_MS = 1000,
  REFRESH_MS = 60_000;
const rows = new Map([...document.querySelectorAll("tr[data-stale-after]")].map(row => [Number(row.dataset.ds), row]));
const streams = new Map(page.datastreams.map(stream => [stream.id, stream]));
const listeners = [];
let source,
  commit = page.commit,
  heardMs = Date.now(),
  awaySince = null,
  caughtUp = 0,
  refreshedMs = Date.now(),
  lastMs = page.lastMs,
  waits = null,
  isDirty = false;

/** Words of the server come anew. */
const renew = async () => (await import("./refresh.js")).refresh();
/** Call `act(latest, commit)` for each commit, and `act(null)` after what was missed: read again. */
export const onCommit = act => listeners.push(act);

function connect() {
  const query = new URLSearchParams({ after: commit, ...(page.facility && { facility: page.facility }) });
  source = new EventSource(`/api/v1/live?${query}`);
  source.addEventListener("hello", heard);
  source.addEventListener("reset", event => {
    heard(event);
    listeners.forEach(act => act(null));
  });
  source.addEventListener("commit", event => {
    heard(event);
    take(JSON.parse(event.data));
  });
  source.addEventListener("dropped", () => {
    source.close();
    setTimeout(connect, GRACE_MS);
  });
  source.onerror = () => {
    lost();
    if (source.readyState === EventSource.CLOSED) setTimeout(connect, 3 * GRACE_MS);
  };
}

function heard(event) {
  heardMs = Date.now();
  if (event.lastEventId) commit = event.lastEventId;
  if (awaySince !== null && !$("strip").hidden) setTimeout(back, GRACE_MS);
  else awaySince = null;
  showSign("live");
}

function lost() {
  if (awaySince !== null) return;
  awaySince = Date.now();
  setTimeout(() => {
    if (awaySince !== null) {
      showSign("offline");
      strip(say(t.offline, { since: clock(awaySince), of: lastMs ? clock(lastMs) : "" }), false);
    }
  }, GRACE_MS);
}

function back() {
  if (awaySince === null) return;
  awaySince = null;
  strip(say(t.back, { n: caughtUp }), true);
  caughtUp = 0;
  listeners.forEach(act => act(null));
  setTimeout(() => {
    if (awaySince === null) $("strip").hidden = true;
  }, 10_000);
}

function strip(words, isBack) {
  const element = $("strip");
  element.hidden = false;
  element.classList.toggle("back", isBack);
  element.firstElementChild.textContent = words;
  $("status").textContent = words;
}

function showSign(kind) {
  const sign = $("live");
  if (sign.dataset.kind === kind) return;
  sign.dataset.kind = kind;
  sign.innerHTML =
    kind === "live" ? '<i class="dot"></i>' : '<svg class="ic" aria-hidden="true"><use href="#stale"/></svg>';
  sign.append(kind === "live" ? t.live : t.no_connection);
  if (kind !== "live" || !lastMs) return;
  const rest = document.createElement("span"),
    age = document.createElement("time");
  rest.className = "hide";
  age.id = "last";
  age.dataset.age = "";
  age.dateTime = new Date(lastMs).toISOString();
  age.textContent = ageWords((Date.now() - lastMs) / 1000);
  rest.append(`, ${t.last_reading} `, age, ` ${t.ago}`);
  sign.append(rest);
}

function take(event) {
  for (const reading of event.latest) show(reading);
  if (awaySince !== null) caughtUp += event.latest.length;
  isDirty = true;
  /* No reading came: an alarm has changed, or a person has done something. Several of a moment are one look. */
  if (!event.rows)
    waits ??= setTimeout(() => {
      waits = null;
      renew().catch(lost);
    }, 500 + 1500 * Math.random());
  listeners.forEach(act => act(event.latest, event));
}

function show(reading) {
  const row = rows.get(reading.id),
    stream = streams.get(reading.id),
    ms = Date.parse(reading.time);
  lastMs = Math.max(lastMs ?? 0, ms);
  if ($("last")) $("last").dateTime = new Date(lastMs).toISOString();
  for (const age of document.querySelectorAll(`tr[data-facility="${reading.facility}"] [data-age]`))
    if (Date.parse(age.dateTime) < ms) age.dateTime = new Date(ms).toISOString();
  if (!row || !stream) return;
  const part = name => row.querySelector(`[data-part=${name}]`),
    age = row.querySelector("[data-age]");
  const value = document.createElement("b");
  value.textContent = number(reading.result, stream.digits);
  part("value").replaceChildren(reading.result == null ? t.quality[9] : value);
  part("quality").textContent = t.quality[reading.quality];
  if (reading.quality > 2 && reading.tests) {
    const tests = document.createElement("span");
    tests.className = "sub";
    tests.title = reading.tests;
    tests.textContent = reading.tests.split(",").map(test => t.tests[test] ?? test.replace(".", ": ")).join(", ");
    part("quality").append(tests);
  }
  row.dataset.quality = reading.quality;
  part("time").textContent = local(ms);
  if (!age) {
    row.dataset.isNew = "1";
    isDirty = true;
    return;
  }
  age.dateTime = new Date(ms).toISOString();
  age.title = `${reading.time}`;
}

/** Staleness comes by the clock, not by a message; words made by the server follow at most once a minute. */
function watch() {
  let hasChanged = false;
  for (const row of rows.values()) {
    const age = row.querySelector("[data-age]");
    if (!age) continue;
    const isStale = (Date.now() - Date.parse(age.dateTime)) / 1000 > (row.dataset.staleAfter || Infinity),
      state = isStale ? "stale" : row.dataset.quality > 3 ? "unknown" : "green";
    if (showState(row.querySelector("[data-part=state]"), state)) hasChanged = true;
  }
  if (Date.now() - heardMs > SILENT_S * 1000 && source.readyState === EventSource.OPEN) {
    source.close();
    lost();
    connect();
  }
  if (awaySince === null && (hasChanged || isDirty) && Date.now() - refreshedMs > REFRESH_MS) {
    refreshedMs = Date.now();
    isDirty = false;
    renew();
  }
}

addEventListener("offline", lost);
connect();
setInterval(watch, 1000);
