/* Asks the centre for something and follows the command until it is over: done, refused, failed or stopped. */
const FIRST_MS = 300,
  LONGEST_MS = 2000,
  OVER = ["done", "refused", "failed", "stopped"];

const headers = token => ({ "content-type": "application/json", "x-form-token": token });
const later = ms => new Promise(resolve => setTimeout(resolve, ms));

/** Give the command as it ended, or null when it did not end in time; `tell(command)` hears of each step. */
export const ask = (given, token, patienceMs, tell) =>
  follow(fetch("/api/v1/commands", { method: "POST", headers: headers(token), body: JSON.stringify(given) }), patienceMs, tell);

/** The same for a laboratory's file: `query` says what it is, its bytes are the body. */
export const askWithFile = (query, file, token, patienceMs) =>
  follow(fetch(`/api/v1/commands/file?${query}`, { method: "POST", headers: { "x-form-token": token }, body: file }), patienceMs);

/** Follow a command that was asked for, as a promise of the answer. */
export async function follow(asked, patienceMs, tell = () => {}) {
  const answer = await asked;
  let command = await answer.json();
  if (!answer.ok) return { state: "refused", outcome: { reason: command.detail } };
  const place = answer.headers.get("location"),
    endMs = Date.now() + patienceMs;
  for (let waitMs = FIRST_MS; !OVER.includes(command.state); waitMs = Math.min(waitMs * 1.3, LONGEST_MS)) {
    if (Date.now() > endMs) return null;
    tell(command);
    await later(waitMs);
    command = await (await fetch(place)).json();
  }
  return command;
}

/** Ask that a command ends undone. */
export const stop = (id, token) => fetch(`/api/v1/commands/${id}/stop`, { method: "POST", headers: headers(token) });
