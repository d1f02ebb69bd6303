/** The list: which row is open, one tab stop, more rows, and an order that waits for the pointer. */
import { apply, settle } from "./apply.js";
import { seen } from "./live.js";
import { word } from "./words.js";

const REST_MS = 2_500; // a pointer that rests longer is not about to click
let resting = 0;
/** @type {HTMLElement | null} */
let opening = null;

const rows = () => document.getElementById("rows");
const conversationOf = (link) => link.closest(".row").id.slice("row-".length);
const links = () => [...(rows()?.querySelectorAll(".row__link") ?? [])];

export function start() {
  if (!rows()) return;
  mark();
  for (const name of ["baton:thread", "baton:applied", "baton:refreshed"]) document.addEventListener(name, mark);
  document.addEventListener("htmx:afterSwap", (event) => event.target.id === "list-body" && mark());
  document.addEventListener("baton:applied", drawHeld);
  document.addEventListener("pointermove", (event) => (event.target.closest?.("#list-body") ? freeze() : release()), { passive: true });
  document.addEventListener("focusin", (event) => (event.target.closest?.("#rows") ? freeze(true) : release()));
  document.addEventListener("keydown", walk);
  document.addEventListener("click", (event) => {
    const act = event.target.closest("[data-act]")?.dataset.act;
    if (act === "open") openThread(event);
    if (act === "more-rows") loadMore(event);
    if (act === "settle") release();
  });
}

/** The open conversation's row, and the one tab stop of the list: both survive a replaced row. */
function mark() {
  const open = document.querySelector(".thread[data-conversation]")?.dataset.conversation;
  const all = links();
  const stop = all.find((link) => link === document.activeElement) ?? all.find((link) => conversationOf(link) === open) ?? all[0];
  for (const link of all) {
    link.tabIndex = link === stop ? 0 : -1;
    if (conversationOf(link) === open) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
  const feed = { role: "feed", "aria-labelledby": "list-title" }; // a feed without articles is none
  for (const [name, value] of Object.entries(feed)) all.length ? rows().setAttribute(name, value) : rows().removeAttribute(name);
  const empty = document.querySelector("[data-empty]");
  if (empty) empty.hidden = all.length > 0;
}

function freeze(byFocus = false) {
  clearTimeout(resting);
  rows()?.setAttribute("data-frozen", "");
  if (!byFocus) resting = setTimeout(() => rows()?.contains(document.activeElement) || release(), REST_MS);
}

function release() {
  const list = rows();
  if (!list?.hasAttribute("data-frozen")) return;
  clearTimeout(resting);
  const focused = document.activeElement;
  list.removeAttribute("data-frozen");
  settle(list);
  if (focused !== document.activeElement) focused.focus({ preventScroll: true });
  drawHeld();
}

/** "3 updated": how many rows would stand elsewhere. */
function drawHeld() {
  const list = rows();
  const place = document.querySelector("[data-held]");
  if (!place) return;
  const all = list.hasAttribute("data-frozen") ? [...list.children] : [];
  const waiting = all.filter((row, at) => at > 0 && row.dataset.order > all[at - 1].dataset.order).length;
  place.replaceChildren();
  if (!waiting) return;
  place.innerHTML = '<button class="pill" type="button" data-act="settle"></button>';
  place.firstElementChild.textContent = word("updated", { n: waiting });
}

/** @param {1 | -1} step @returns {HTMLElement | undefined} the row after the focused or open one */
export function step(step) {
  const all = links();
  const from = all.findIndex((link) => link === document.activeElement);
  const at = from >= 0 ? from : all.findIndex((link) => link.hasAttribute("aria-current"));
  const next = all[Math.max(0, Math.min(all.length - 1, at + step))];
  for (const link of all) link.tabIndex = link === next ? 0 : -1;
  next?.focus();
  next?.closest(".row").scrollIntoView({ block: "nearest" });
  return next;
}

function walk(event) {
  if (!event.target.closest?.("#rows")) return;
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!by) return;
  event.preventDefault();
  step(by);
}

/** A row says where it leads; how it is opened is said once, here. Its view comes from the list. */
function openThread(event) {
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  const link = event.target.closest("a");
  if (opening) htmx.trigger(opening, "htmx:abort"); // a slow answer must not win over the last click
  opening = link;
  const view = rows().dataset.view;
  htmx.ajax("GET", link.href, { source: link, target: "#thread", swap: "innerHTML settle:0ms", push: "true", values: view ? { view } : {} });
}

async function loadMore(event) {
  event.preventDefault();
  const button = event.target.closest("a");
  button.setAttribute("aria-disabled", "true");
  const asOf = seen();
  const answer = await fetch(button.href, { headers: { "HX-Request": "true" } }).catch(() => null);
  button.removeAttribute("aria-disabled");
  if (answer?.ok) apply(await answer.text(), asOf, { enter: true });
}
