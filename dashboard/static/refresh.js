/* Renews an open page from the page's own answer: what differs is put in place, what a person does in it stays. */
import { $, page, say, t } from "./frame.js";

// What scripts of the page fill, and the answer of the server does not have.
const OWN = "#panels,#copy,#failure,dialog,noscript,[data-own],form output,form progress,form [role=status]",
  // What scripts and people change on elements, and the server does not change under an open page.
  KEPT = ["open", "hidden", "disabled", "aria-current"],
  ROOTS = ["title", "link[rel=icon]", ".top nav", "#last", "#duty", "main", "footer"],
  // What a list entry stands for, by which it is found again where others come or go before it.
  KEYS = ["key", "ds", "margin", "plan", "limit", "load", "facility", "at"],
  // What is spoken at once, the worst first.
  LOUD = ["red", "orange", "blind"],
  QUIET_MS = 60_000;
let isHeld = false,
  saidMs = 0,
  timer;

const sources = root =>
  [...root.querySelectorAll("script[src],link[rel=stylesheet]")].map(one => one.getAttribute("src") ?? one.getAttribute("href"));
const fieldsOf = form => [...form.elements].filter(field => field.matches("input,select,textarea"));

/** Whether a person is at work in a form, or has left something in it. */
const isTouched = form => form.contains(document.activeElement) || fieldsOf(form).some(isChanged);

function isChanged({ type, checked, defaultChecked, value, defaultValue, options, selectedIndex, multiple }) {
  if (options && !multiple) return selectedIndex !== Math.max(0, [...options].findIndex(one => one.defaultSelected));
  if (type === "checkbox" || type === "radio") return checked !== defaultChecked;
  return type !== "hidden" && value !== defaultValue;
}

/** Put the page that the server gives now in place of what is shown; `renewed` is told to whoever draws from it. */
export function put(text) {
  const fresh = new DOMParser().parseFromString(text, "text/html"),
    known = sources(document),
    before = told(),
    focus = document.activeElement;
  // Another release, or sections that need a script of their own.
  if (!sources(fresh).every(one => known.includes(one)) && ![...document.forms].some(isTouched)) location.reload();
  isHeld = false;
  for (const root of ROOTS) {
    const [old, now] = [document, fresh].map(one => one.querySelector(root));
    if (old && now) morph(old, now);
  }
  speak(before, told());
  const { chosen } = page;
  Object.assign(page, JSON.parse(fresh.getElementById("page").textContent), { t, chosen });
  if (focus.isConnected && focus !== document.activeElement) focus.focus({ preventScroll: true });
  if (isHeld) document.addEventListener("selectionchange", released);
  dispatchEvent(new Event("renewed"));
}

/** What a person hears of a page: its state and words, and how many alarms are open. */
function told() {
  const rank = LOUD.findIndex(one => $("verdict")?.classList.contains(one));
  return {
    rank: rank < 0 ? LOUD.length : rank,
    title: $("verdict-title")?.textContent ?? "",
    open: parseInt($("count")?.textContent) || 0,
  };
}
// A time that runs down is no news.
const unclocked = text => text.replace(/\d+/g, "");

/** Say a new orange, red or blind at once, and anything else when there is time, each once. */
function speak(before, now) {
  const isMore = now.open > before.open,
    word = t.states[LOUD[now.rank]];
  if (word && (now.rank < before.rank || isMore))
    $("alert").textContent = now.title.includes(word) ? now.title : `${word}: ${now.title}`;
  else if (isMore) later(say(t.open_alarms, { n: now.open }));
  else if (unclocked(now.title) !== unclocked(before.title)) later(now.title);
}

/** At most one sentence a minute: the newest. */
function later(words) {
  clearTimeout(timer);
  timer = setTimeout(() => {
    saidMs = Date.now();
    $("status").textContent = words;
  }, Math.max(0, saidMs + QUIET_MS - Date.now()));
}

/** Make `old` like `now`, so that what is the same stays the same node. */
function morph(old, now) {
  if (old.isEqualNode(now) || isSelected(old)) return;
  if (old.nodeType !== Node.ELEMENT_NODE) old.nodeValue = now.nodeValue;
  else if (!old.matches(OWN) && !(old.matches("form") && isTouched(old))) {
    for (const { name, value } of now.attributes) if (isToPut(old, name, value)) old.setAttribute(name, value);
    for (const { name } of [...old.attributes]) if (!now.hasAttribute(name) && !KEPT.includes(name)) old.removeAttribute(name);
    children(old, [...now.childNodes]);
  }
}
const isToPut = (old, name, value) => !KEPT.includes(name) && old.getAttribute(name) !== value;

/** A text that a person has marked stays until it is let go; the page is looked at again then. */
function isSelected(node) {
  const marked = getSelection();
  if (marked.isCollapsed || node.nodeType !== Node.TEXT_NODE || !marked.containsNode(node, true)) return false;
  isHeld = true;
  return true;
}
function released() {
  if (!getSelection().isCollapsed) return;
  document.removeEventListener("selectionchange", released);
  dispatchEvent(new Event("renew"));
}

function children(parent, wanted) {
  let old = parent.firstChild;
  for (const now of wanted) {
    const found = standing(old, now);
    if (!found) {
      parent.insertBefore(document.importNode(now, true), old);
      continue;
    }
    if (found === old) old = old.nextSibling;
    else parent.insertBefore(found, old);
    morph(found, now);
  }
  while (old) {
    const next = old.nextSibling;
    old.remove();
    old = next;
  }
}

/** The node among `old` and those after it that stands for the same as `now`. */
function standing(old, now) {
  for (let one = old; one; one = one.nextSibling) {
    if (one.nodeName === now.nodeName && keyOf(one) === keyOf(now)) return one;
    if (now.nodeType !== Node.ELEMENT_NODE) return null;
  }
  return null;
}

function keyOf({ id, dataset, attributes }) {
  if (!attributes) return "";
  return id || KEYS.map(name => dataset[name]).find(Boolean) || attributes["aria-labelledby"]?.value || "";
}
