/** What changes when a thread comes into the pane: one event for all modules, focus, the panel. */
import { keep, kept } from "./session.js";

const root = document.documentElement;
const isWide = () => matchMedia("(min-width: 75rem)").matches;
const isPhone = () => matchMedia("(max-width: 47.9375rem)").matches;

export function start() {
  if (kept("panel") === "folded" && isWide()) root.dataset.panel = "folded";
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.target.id === "thread") opened();
    if (event.detail.target?.hasAttribute?.("data-older")) came("baton:older");
    if (event.detail.target?.hasAttribute?.("data-newer")) came("baton:newer");
  });
  document.addEventListener("baton:gone", (event) => leave(event.detail));
  document.addEventListener("click", clicked);
  document.addEventListener("close", closed, true);
  document.addEventListener("keydown", (event) => event.key === "Escape" && root.dataset.panel === "open" && closeDrawer());
}

/** A dialog gives the focus back by itself, unless what had it is gone, or nothing had it. */
function closed(event) {
  const now = document.activeElement;
  if (!now || now === document.body || event.target.contains(now)) focusThread();
}

/** The open conversation is with others now: its pane says so. @param {HTMLElement} told data-gone: its id */
function leave(told) {
  const list = document.querySelector(".head__back")?.href;
  if (document.querySelector(".thread[data-conversation]")?.dataset.conversation !== told.dataset.gone) return;
  htmx.swap(document.getElementById("thread"), told.innerHTML, { swapStyle: "innerHTML", swapDelay: 0, settleDelay: 0 });
  history.replaceState(null, "", list);
  opened();
}

function opened() {
  if (root.dataset.panel === "open") delete root.dataset.panel;
  queueMicrotask(() => {
    document.dispatchEvent(new CustomEvent("baton:thread"));
    // A message that a link leads to has the focus already.
    if (!document.getElementById("log")?.contains(document.activeElement)) focusThread();
  });
}

const told = new Set();

/** htmx tells each new element; the modules hear of all at once. @param {string} name */
function came(name) {
  if (told.has(name)) return;
  told.add(name);
  queueMicrotask(() => {
    told.delete(name);
    document.dispatchEvent(new CustomEvent(name));
  });
}

/** Never <body>: the box to write in, or the heading where a keyboard on the screen would be in the way. */
export function focusThread() {
  const box = document.getElementById("composer-text");
  const target = box?.offsetParent && !isPhone() ? box : document.getElementById("thread-name") ?? document.getElementById("main");
  target?.focus({ preventScroll: true });
}

function clicked(event) {
  const act = event.target.closest('[data-act="panel"]');
  if (!act) return;
  event.preventDefault();
  togglePanel();
}

export function togglePanel() {
  if (isWide()) {
    if (root.dataset.panel === "folded") delete root.dataset.panel;
    else root.dataset.panel = "folded";
    keep("panel", root.dataset.panel ?? "");
  } else if (root.dataset.panel === "open") closeDrawer();
  else {
    root.dataset.panel = "open";
    document.getElementById("panel")?.focus({ preventScroll: true });
  }
}

function closeDrawer() {
  delete root.dataset.panel;
  document.querySelector('.head [data-act="panel"]')?.focus();
}

/** F6: list, thread, panel, and round again. */
export function nextPane() {
  const panes = ["#rows .row__link[tabindex='0']", "#composer-text", "#scroller", "#panel"]
    .map((name) => document.querySelector(name))
    .filter((pane) => pane?.checkVisibility?.({ visibilityProperty: true }) ?? pane?.offsetParent);
  const at = panes.findIndex((pane) => pane === document.activeElement || pane.closest("section, aside, .scroller")?.contains(document.activeElement));
  panes[(at + 1) % panes.length]?.focus();
}

