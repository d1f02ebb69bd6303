/** The thread's scroller: sticks to the end within 60 px of it, else says how much is new below. */
import { word } from "./words.js";

const NEAR_PX = 60;
let stuck = true;
let missed = 0;
let lastTop = 0;
let keepFrom = 0;
/** Where a quote was followed from: a link to that bubble. */
let backTo = "";
/** @type {ResizeObserver | null} */
let watcher = null;

/** @returns {boolean} whether the newest message is before the eyes */
export const isAtEnd = () => stuck;

const scroller = () => document.getElementById("scroller");

/** @returns {HTMLElement | null} the way to the end, where the page does not reach it */
const newest = () => document.querySelector('#log [data-act="newest"]');

export function start() {
  document.addEventListener("scroll", (event) => event.target.id === "scroller" && look(), { capture: true, passive: true });
  document.addEventListener("baton:thread", open);
  document.addEventListener("baton:refreshed", () => stuck && toEnd());
  document.addEventListener("baton:pending", toEnd);
  document.addEventListener("baton:applied", (event) => arrived(event.detail.put));
  document.addEventListener("htmx:beforeSwap", (event) => isOlder(event) && remember());
  document.addEventListener("baton:older", restore);
  document.addEventListener("click", clicked);
  open();
}

function open() {
  const box = scroller();
  if (!box) return;
  missed = 0;
  toEnd();
  drawBack();
  const line = box.querySelector(".unread-line");
  const found = document.getElementById(box.querySelector("#log").dataset.lookedFor ?? bubbleOf(location.hash));
  if (found) jump(found);
  else if (line && line.offsetTop < box.scrollTop) line.scrollIntoView({ block: "start" });
  watcher?.disconnect();
  // Pictures and fonts come later: the end stays the end.
  watcher = new ResizeObserver(() => stuck && toEnd());
  watcher.observe(document.getElementById("log"));
  watcher.observe(box);
}

/** Only a person scrolls up: a picture that loads moves the end away, not the eye. */
function look() {
  const box = scroller();
  if (box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_PX) stuck = true;
  else if (box.scrollTop < lastTop) stuck = false;
  lastTop = box.scrollTop;
  if (stuck) missed = 0;
  drawPill();
}

function arrived(put) {
  const bubbles = put.filter(({ element, entered }) => entered && element.matches(".bubble"));
  // Written while the page shows old messages: what was written stands at the end of the thread.
  if (bubbles.some(({ element }) => element.dataset.token)) newest()?.click();
  if (stuck) toEnd();
  else missed += bubbles.filter(({ element }) => !("outbound" in element.dataset)).length;
  drawPill();
}

export function toEnd() {
  const box = scroller();
  if (!box) return;
  stuck = true;
  box.scrollTop = box.scrollHeight;
  drawPill();
}

function drawPill() {
  const pill = document.querySelector('[data-act="to-end"]');
  if (!pill) return;
  pill.hidden = stuck || missed === 0;
  const text = word("new-below", { n: missed });
  if (missed && pill.textContent.trim() !== text) pill.querySelector("[data-pill-text]").textContent = text;
}

const isOlder = (event) => event.detail.target?.hasAttribute?.("data-older");

/** Older messages go in above: the pixel under the eye stays (WebKit anchors nothing by itself). */
function remember() {
  const box = scroller();
  keepFrom = box.scrollHeight - box.scrollTop;
  stuck = false;
}

function restore() {
  const box = scroller();
  box.scrollTop = box.scrollHeight - keepFrom;
}

function clicked(event) {
  const act = event.target.closest("[data-act]");
  const name = act?.dataset.act;
  if (name === "to-end") newest() ? newest().click() : toEnd();
  if (name === "jump-back") goBack();
  if (name !== "jump" || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const from = act.closest(".bubble");
  follow(act.href);
  backTo = from ? `${location.pathname}?message=${from.id.slice("m-".length)}#${from.id}` : "";
  drawBack();
}

/** @param {string} hash @returns {string} the id of a bubble, or "" */
const bubbleOf = (hash) => (hash.startsWith("#m-") ? hash.slice(1) : "");

/** To a bubble that is on the page, or to the thread around it. @param {string} address */
function follow(address) {
  const there = new URL(address, location.href);
  const target = document.getElementById(bubbleOf(there.hash));
  if (target) return jump(target);
  htmx.ajax("GET", there.href, { source: document.getElementById("thread"), target: "#thread", swap: "innerHTML settle:0ms", push: "true" });
}

function goBack() {
  const address = backTo;
  backTo = "";
  drawBack();
  if (address) follow(address);
}

function drawBack() {
  const pill = document.querySelector('[data-act="jump-back"]');
  const here = backTo.split("?")[0] === location.pathname;
  if (pill) pill.hidden = !backTo || !here;
}

function jump(target) {
  stuck = false;
  target.scrollIntoView({ block: "center" });
  target.focus({ preventScroll: true });
  target.classList.add("is-found");
  setTimeout(() => target.classList.remove("is-found"), 2_000);
}
