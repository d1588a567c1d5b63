/* The live view: a commit renews the page and its charts, staleness comes by the clock, words when the line breaks. */
import { $, clock, page, say, showState, t } from "./frame.js";

// The server says something every 15 s; a line that is back within a second was not away.
const SILENT_S = 40,
  GRACE_MS = 1000,
  // A page shows a commit within two seconds, and leaves the server five times as long as its answer took.
  LEAST_MS = 1500,
  HIDDEN_MS = 10_000,
  SHARE = 5,
  SPREAD_MS = 300,
  LONGEST_MS = 60_000,
  AGAIN_S = 10;
const listeners = [];
let source,
  commit = page.commit,
  heardMs = Date.now(),
  awaySince = null,
  caughtUp = 0,
  // The figures of the page are of then.
  renewedMs = Date.now(),
  markedMs = 0,
  // Not while the page is still loading.
  nextMs = Date.now() + LEAST_MS,
  wanted = 0,
  timer = null,
  failure = "";

/** Call `act(latest, commit)` for each commit, and `act(null)` after what was missed: read again. */
export const onCommit = act => listeners.push(act);

function connect() {
  const query = new URLSearchParams({ after: commit, ...(page.facility && { facility: page.facility }) });
  source = new EventSource(`/api/v1/live?${query}`);
  source.addEventListener("hello", heard);
  source.addEventListener("reset", event => {
    heard(event);
    missed();
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
    // 2: it is closed, and does not come back by itself.
    if (source.readyState === 2) setTimeout(connect, 3 * GRACE_MS);
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
    if (awaySince !== null) sayAway();
  }, GRACE_MS);
}

function sayAway() {
  showSign("offline");
  strip(say(t.offline, { since: clock(awaySince), of: clock(renewedMs) }), false);
}

function missed() {
  listeners.forEach(act => act(null));
  want(2);
}

function back() {
  if (awaySince === null) return;
  awaySince = null;
  strip(say(t.back, { n: caughtUp }), true);
  caughtUp = 0;
  missed();
  setTimeout(() => {
    if (awaySince === null && !failure) $("strip").hidden = true;
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
  sign.hidden = false;
  sign.dataset.kind = kind;
  sign.querySelector("b").textContent = kind === "live" ? t.live : t.no_connection;
}

function take(event) {
  if (awaySince !== null) caughtUp += event.latest.length;
  // Without readings an alarm has changed, or a person has done something: a tab that nobody sees has it in its title.
  want(event.rows ? 1 : 2);
  listeners.forEach(act => act(event.latest, event));
}

/** Renew the page soon: 2 also where nobody sees it, 1 when it is seen. What comes meanwhile is one look. */
function want(urgency) {
  wanted = Math.max(wanted, urgency);
  if (timer || !wanted || wanted <= document.hidden) return;
  timer = setTimeout(renew, Math.max(SPREAD_MS * Math.random(), nextMs - Date.now()));
}

/** Ask for this page again and put what differs where it belongs; one look at a time. */
async function renew() {
  const begunMs = Date.now();
  wanted = 0;
  try {
    const answer = await fetch(location.href, { headers: { accept: "text/html" } }).catch(() => ({})),
      isThis = answer.ok && new URL(answer.url).pathname === location.pathname,
      text = isThis && (await answer.text().catch(() => ""));
    if (text) await show(text, begunMs);
    else unable(answer);
  } finally {
    timer = null;
    nextMs = Math.max(nextMs, begunMs + (document.hidden ? HIDDEN_MS : LEAST_MS), begunMs + SHARE * (Date.now() - begunMs));
    want(0);
  }
}

async function show(text, begunMs) {
  // A server that answers and has this script no more is a newer one.
  const { put } = await import("./refresh.js").catch(() => ({ put: () => location.reload() }));
  put(text);
  renewedMs = begunMs;
  if (awaySince !== null) sayAway();
  else if (failure) $("strip").hidden = true;
  failure = "";
  watch();
}

/** Say why the page stands still, and since when; where the line is away that is said already. */
function unable({ status, redirected, headers }) {
  const found = redirected ? t.logged_out : say(t.not_renewed, { status: status ?? t.no_connection });
  if (found !== failure && awaySince === null) strip(`${found} ${say(t.figures_of, { of: clock(renewedMs) })}`, false);
  failure = found;
  wanted = 1;
  nextMs = Date.now() + 1000 * (Number(headers?.get("retry-after")) || AGAIN_S);
}

/** A row without a reading is stale by the clock, not by a message; the page is renewed each minute, whatever comes. */
function watch() {
  const now = Date.now();
  let hasChanged = false;
  for (const row of document.querySelectorAll("tr[data-stale-after]")) {
    const age = row.querySelector("[data-age]");
    if (age && (now - Date.parse(age.dateTime)) / 1000 > (row.dataset.staleAfter || Infinity))
      hasChanged = showState(row.querySelector("[data-part=state]"), "stale") || hasChanged;
  }
  // 1: it is open; there is none where nothing may be heard.
  if (now - heardMs > SILENT_S * 1000 && source?.readyState === 1) {
    source.close();
    lost();
    connect();
  }
  const isMarked = hasChanged && now - markedMs > LONGEST_MS;
  if (isMarked) markedMs = now;
  if (isMarked || now - renewedMs > LONGEST_MS) want(1);
}

addEventListener("renew", () => want(2));
document.addEventListener("visibilitychange", () => {
  if (!failure) nextMs = 0;
  want(0);
});
if (!page.still) {
  addEventListener("offline", lost);
  connect();
}
setInterval(watch, 1000);
