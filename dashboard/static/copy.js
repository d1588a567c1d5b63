/* Copies the address of a view. */
import { $, t } from "./frame.js";

/** Put the address into the bar and, where the browser lets us, into the clipboard; the button says which. */
export async function copy(address) {
  const button = $("copy"),
    word = button.textContent;
  history.replaceState(null, "", address);
  // A page without TLS has no clipboard, and a browser may deny it to any.
  const isCopied = await navigator.clipboard?.writeText(address).then(() => true, () => false);
  button.textContent = isCopied ? t.copied : t.in_address;
  setTimeout(() => (button.textContent = word), 2000);
}
