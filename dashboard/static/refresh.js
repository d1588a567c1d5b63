/* Words that only the server makes, renewed while a page stands open; loaded after its first minute. */
import { $ } from "./frame.js";

/** Fetch this page again and put its words where they belong; charts and what a person typed stay. */
export async function refresh() {
  const answer = await fetch(location.href, { headers: { accept: "text/html" } });
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  const before = $("verdict")?.querySelector("h2").textContent;
  for (const old of document.querySelectorAll("#verdict,#facts,#rows,[data-live]")) {
    const now = fresh.getElementById(old.id);
    if (!now) continue;
    const details = now.querySelectorAll("details");
    for (const [i, { open }] of old.querySelectorAll("details").entries()) if (details[i]) details[i].open = open;
    if (now.innerHTML !== old.innerHTML) old.replaceWith(now);
  }
  const after = $("verdict")?.querySelector("h2").textContent;
  if (after !== before) $("status").textContent = after;
}
