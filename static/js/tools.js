/** The small actions beside the bubble under the pointer: one set for the whole thread. */
import { toast } from "./notices.js";
import { word } from "./words.js";

/** @type {HTMLElement | null} */
let bubble = null;

/** @returns {HTMLElement | null} the bubble that the tools belong to */
export const pointedAt = () => bubble;

export function start() {
  document.addEventListener("pointerover", (event) => look(event.target));
  document.addEventListener("focusin", (event) => look(event.target));
  document.addEventListener("baton:applied", follow);
  document.addEventListener("baton:thread", () => look(null));
  document.addEventListener("click", (event) => event.target.closest('[data-act="copy-text"]') && copyText());
  document.addEventListener("keydown", walk);
}

/** The toolbar by keys: arrows along it, Escape back to its message. */
function walk(event) {
  const tools = event.target.closest?.("[data-tools]");
  const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (!tools || (!by && event.key !== "Escape")) return;
  event.preventDefault();
  if (!by) return bubble?.focus({ preventScroll: true });
  const buttons = [...tools.querySelectorAll("button:not([hidden])")];
  const flipped = document.dir === "rtl" ? -by : by;
  buttons.at((buttons.indexOf(event.target) + flipped) % buttons.length).focus();
}

/** Enter on a message: its tools. */
export function enterTools() {
  document.querySelector("[data-tools] button:not([hidden])")?.focus();
}

async function copyText() {
  const text = bubble?.querySelector("[data-text]");
  if (!text) return;
  try {
    await navigator.clipboard.writeText(text.textContent);
    toast(word("copied"));
  } catch {
    getSelection().selectAllChildren(text); // no clipboard without HTTPS: Ctrl+C copies what is marked
  }
}

/** @param {EventTarget | null} target */
function look(target) {
  const tools = document.querySelector("[data-tools]");
  if (!tools || tools.contains(target)) return;
  bubble = target?.closest?.("#log > .bubble:not([data-pending])") ?? null;
  tools.hidden = !bubble;
  if (!bubble) return;
  tell(tools.querySelector("[data-tools-time]"));
  tools.querySelector('[data-act="copy-text"]').hidden = !bubble.querySelector("[data-text]");
  tools.querySelector('[data-act="react"]').hidden = bubble.hasAttribute("data-deleted") || !isOpen();
  place(tools);
}

/** A reaction needs the window, as a text does. */
const isOpen = () => document.querySelector('.composer[data-state="free"]') !== null;

/** What comes live moves bubbles, and may replace this one; the pointer has not moved. */
function follow() {
  if (bubble) look(document.getElementById(bubble.id));
}

/** The time that a bubble inside a group leaves to the last of the group. */
function tell(time) {
  const own = bubble.querySelector(".status__time");
  time.hidden = !own || own.checkVisibility();
  if (time.hidden) return;
  time.textContent = own.textContent;
  time.dateTime = own.dateTime;
  time.title = own.title;
}

/** On the side that has more room, which is right in both directions of writing; above it on a phone. */
function place(tools) {
  const most = tools.offsetParent.clientWidth - tools.offsetWidth;
  const [before, after] = [bubble.offsetLeft, bubble.offsetLeft + bubble.offsetWidth];
  const wanted = before > most + tools.offsetWidth - after ? before - tools.offsetWidth - 4 : after + 4;
  const at = Math.max(0, Math.min(wanted, most));
  const top = at === wanted ? bubble.offsetTop + 2 : Math.max(0, bubble.offsetTop - tools.offsetHeight + 4);
  tools.style.transform = `translate(${at}px, ${top}px)`;
  tools.style.setProperty("left", "0");
}
