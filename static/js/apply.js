/**
 * Fragments onto the page: by id, by data-order, newer seq wins. One way for pushes and for answers,
 * so that the same bubble by both is one bubble.
 */
import { focusThread } from "./panes.js";

const NOW = { swapDelay: 0, settleDelay: 0, focusScroll: false, ignoreTitle: true, transition: false };

/** @typedef {{element: Element, entered: boolean}} Put */

/**
 * @param {string} html top-level elements with ids
 * @param {number} seq up to which event the sender had seen everything
 * @param {{enter?: boolean}} how enter: rows may come into the list (asked for with its own filter)
 */
export function apply(html, seq, how = {}) {
  const parsed = new DOMParser().parseFromString(`<body>${html}`, "text/html"); // inert
  const put = [];
  const hadFocus = document.activeElement !== document.body;
  for (const fresh of [...parsed.body.children]) {
    const done = place(fresh, seq, how);
    if (done) put.push(done);
  }
  document.dispatchEvent(new CustomEvent("baton:applied", { detail: { html, seq, how, put } }));
  if (hadFocus && document.activeElement === document.body) focusThread(); // its button is gone
}

/** @param {Element} element @returns {number} what it shows is at least this new */
function seqOf(element) {
  return Number(element.closest("[data-seq]")?.getAttribute("data-seq") ?? 0);
}

/** @returns {Put | null} */
function place(fresh, seq, how) {
  if (fresh.dataset.gone) return void document.dispatchEvent(new CustomEvent("baton:gone", { detail: fresh }));
  if (fresh.dataset.stale) return void document.dispatchEvent(new CustomEvent("baton:stale", { detail: fresh.dataset.stale }));
  const shown = fresh.id && document.getElementById(fresh.id);
  const gone = fresh.hasAttribute("data-remove");
  if (shown && seqOf(shown) > seq) return null;
  fresh.dataset.seq = String(seq);
  if (gone) return void takeAway(shown);
  const list = document.getElementById(fresh.dataset.into ?? "");
  const moved = shown && list && shown.dataset.order !== fresh.dataset.order && !list.hasAttribute("data-frozen");
  if (shown && !moved) return replace(shown, fresh);
  if (shown) return move(shown, fresh, list);
  if (!list || isElsewhere(fresh)) return null; // not on this page: normal
  if (list.dataset.entry === "asked" && !how.enter) return null;
  return enter(fresh, list);
}

/** @param {Element | null} shown its neighbours in the log may be a group, or its last, from now on */
function takeAway(shown) {
  const fromLog = shown?.parentElement?.id === "log";
  shown?.remove();
  if (fromLog) document.dispatchEvent(new CustomEvent("baton:removed"));
}

/** A bubble or line of another conversation than the open one, or beyond what is loaded of it. */
function isElsewhere(fresh) {
  if (fresh.dataset.into !== "log") return false;
  const open = document.querySelector(".thread[data-conversation]")?.dataset.conversation;
  const end = document.querySelector("#log > [data-newer]");
  const beyond = end && fresh.dataset.order > end.dataset.order && !document.getElementById(`pending-${fresh.dataset.token}`);
  return fresh.dataset.conversation !== open || Boolean(beyond);
}

function replace(shown, fresh) {
  const focus = focusPath(shown);
  const open = [...shown.querySelectorAll("details")].map((details) => details.open);
  const kept = detachKept(shown, fresh);
  htmx.swap(shown, fresh.outerHTML, { ...NOW, swapStyle: "outerHTML" });
  const element = document.getElementById(fresh.id);
  for (const old of kept) document.getElementById(old.id)?.replaceWith(old);
  element.querySelectorAll("details").forEach((details, at) => (details.open = open[at] ?? false));
  if (focus !== null && document.activeElement === document.body) {
    (focus ? element.querySelector(focus) : element)?.focus({ preventScroll: true });
  }
  return { element, entered: false };
}

/** What belongs to the viewer or is playing stays; so does a part that is newer than the whole. */
function detachKept(shown, fresh) {
  const kept = [...shown.querySelectorAll("[data-keep][id], [data-seq][id]")].filter((old) => {
    const twin = fresh.querySelector(`[id="${old.id}"]`);
    if (!twin) return false;
    const newer = Number(old.dataset.seq ?? 0) > Number(fresh.dataset.seq);
    return newer || (old.hasAttribute("data-keep") && old.dataset.keep === twin.dataset.keep);
  });
  for (const old of kept) old.remove();
  return kept;
}

/** @returns {string | null} where inside `shown` the focus is: a selector, "" for itself, null for not */
function focusPath(shown) {
  const active = document.activeElement;
  if (!active || !shown.contains(active)) return null;
  if (active === shown) return "";
  if (active.id) return `[id="${active.id}"]`;
  return active.dataset.act ? `[data-act="${active.dataset.act}"]` : active.tagName.toLowerCase();
}

function move(shown, fresh, list) {
  replace(shown, fresh);
  const element = document.getElementById(fresh.id);
  const focused = element.contains(document.activeElement) ? document.activeElement : null;
  const at = placeFor(element.dataset.order, list, element);
  if (at !== element.previousElementSibling) at ? at.after(element) : list.prepend(element);
  focused?.focus({ preventScroll: true });
  return { element, entered: false };
}

function enter(fresh, list) {
  fresh.classList.toggle("is-new", list.id === "rows");
  const after = placeFor(fresh.dataset.order, list, null);
  htmx.swap(after ?? list, fresh.outerHTML, { ...NOW, swapStyle: after ? "afterend" : "afterbegin" });
  return { element: document.getElementById(fresh.id), entered: true };
}

/** @returns {Element | null} the child after which this order stands; orders are fixed-length strings */
function placeFor(order, list, self) {
  const before = list.dataset.direction === "descending" ? (a, b) => a < b : (a, b) => a > b;
  let after = list.lastElementChild;
  while (after && (after === self || before(after.dataset.order, order))) after = after.previousElementSibling;
  return after;
}

/** Puts the children of a list into their order again, after it was frozen. @param {Element} list */
export function settle(list) {
  const sign = list.dataset.direction === "descending" ? -1 : 1;
  const order = (a, b) => (a.dataset.order < b.dataset.order ? -sign : a.dataset.order > b.dataset.order ? sign : 0);
  const wanted = [...list.children].sort(order);
  wanted.forEach((child, at) => {
    if (list.children[at] !== child) list.insertBefore(child, list.children[at] ?? null);
  });
}
