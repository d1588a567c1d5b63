/* Asks the centre for something and follows the request until it is over: done, refused, failed or stopped. */
const FIRST_MS = 300,
  LONGEST_MS = 2000,
  OVER = ["done", "refused", "failed", "stopped"];

const headers = token => ({ "content-type": "application/json", "x-form-token": token });
const later = ms => new Promise(resolve => setTimeout(resolve, ms));

/** Give the request as it ended, or null when it did not end in time; `tell(request)` hears of each step. */
export const ask = (wish, token, patienceMs, tell) =>
  follow(fetch("/api/v1/requests", { method: "POST", headers: headers(token), body: JSON.stringify(wish) }), patienceMs, tell);

/** The same for a laboratory's file: `query` says what it is, its bytes are the body. */
export const askWithFile = (query, file, token, patienceMs) =>
  follow(fetch(`/api/v1/requests/file?${query}`, { method: "POST", headers: { "x-form-token": token }, body: file }), patienceMs);

async function follow(asked, patienceMs, tell = () => {}) {
  const answer = await asked;
  let request = await answer.json();
  if (!answer.ok) return { state: "refused", outcome: { reason: request.detail } };
  const place = answer.headers.get("location"),
    endMs = Date.now() + patienceMs;
  for (let waitMs = FIRST_MS; !OVER.includes(request.state); waitMs = Math.min(waitMs * 1.3, LONGEST_MS)) {
    if (Date.now() > endMs) return null;
    tell(request);
    await later(waitMs);
    request = await (await fetch(place)).json();
  }
  return request;
}

/** Ask that a request ends undone. */
export const stop = (id, token) => fetch(`/api/v1/requests/${id}/stop`, { method: "POST", headers: headers(token) });
