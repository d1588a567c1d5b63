/* Copies the address of a view. */
import { $, t } from "./frame.js";

/** Put the address into the bar and, where the browser lets us, into the clipboard; the button says which. */
export async function copy(address) {
  const button = $("copy"),
    word = button.textContent;
  history.replaceState(null, "", address);
  button.textContent = (await isCopied(address)) ? t.copied : t.in_address;
  setTimeout(() => (button.textContent = word), 2000);
}

/** A browser has no clipboard on a page without TLS, and may deny it to any page. */
async function isCopied(address) {
  try {
    await navigator.clipboard.writeText(address);
    return true;
  } catch {
    return false;
  }
}
