/* "Where does this figure come from?": its panel at the side, from the page that the link leads to. */
import { t } from "./frame.js";

let dialog;

/** Make the panel once. */
function panel() {
  if (dialog) return dialog;
  dialog = document.createElement("dialog");
  dialog.className = "side";
  dialog.innerHTML = '<button class="btn" type="button"></button><div></div>';
  dialog.firstElementChild.textContent = t.close;
  dialog.firstElementChild.onclick = () => dialog.close();
  document.body.append(dialog);
  return dialog;
}

/** Show what a link leads to; where that fails the link is followed. */
export async function show(link) {
  const answer = await fetch(`${link.href}&part=1`);
  if (!answer.ok) {
    location.href = link.href;
    return;
  }
  const found = panel();
  found.lastElementChild.innerHTML = await answer.text();
  found.setAttribute("aria-label", found.querySelector("h2").textContent);
  if (!found.open) found.showModal();
  found.scrollTop = 0;
}
