/* The search of a page: rows without the text hide, Escape brings all back; loaded when somebody searches. */
import { $ } from "./frame.js";

const box = $("search");

function filter() {
  const wanted = box.value.toLowerCase();
  for (const row of document.querySelectorAll("main tbody tr"))
    if (row.querySelector("td")) row.hidden = !row.textContent.toLowerCase().includes(wanted);
}

box.oninput = filter;
addEventListener("renewed", filter);
box.onkeydown = event => {
  if (event.key !== "Escape") return;
  box.value = "";
  filter();
  box.hidden = true;
};
filter();
