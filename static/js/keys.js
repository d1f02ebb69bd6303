/** Every shortcut once: the keys, the sheet (?) and the palette (Ctrl K) are made from this registry. */
import { step } from "./list.js";
import { focusThread, nextPane, togglePanel } from "./panes.js";
import { open as openPalette } from "./palette.js";
import { toggle as toggleTheme } from "./theme.js";
import { enterTools } from "./tools.js";
import { canUndo, undoLast } from "./undo.js";
import { made, word } from "./words.js";

const click = (selector) => () => document.querySelector(selector)?.click();
const there = (selector) => () => document.querySelector(selector) !== null;
const inbox = there("#rows");
const thread = there(".thread[data-conversation]");

/** @type {{name: string, keys: string[], run: () => void, when: () => boolean}[]} */
export const registry = [
  { name: "key-reply", keys: ["r"], run: focusThread, when: thread },
  { name: "key-takeover", keys: ["t"], run: click('[data-act="takeover"]'), when: there('[data-act="takeover"]') },
  { name: "key-mine", keys: ["i"], run: click('[data-act="assign-me"]'), when: thread },
  { name: "key-note", keys: ["n"], run: click('[data-key="note"]'), when: thread },
  { name: "key-assign", keys: ["a"], run: click('[data-key="assign"]'), when: thread },
  { name: "key-snooze", keys: ["s"], run: click('[data-key="snooze"]'), when: there('[data-key="snooze"]') },
  { name: "key-close", keys: ["e"], run: closeAndNext, when: there('[data-act="close"]') },
  { name: "key-unread", keys: ["u"], run: click('[data-act="unread"]'), when: thread },
  { name: "key-labels", keys: ["l"], run: click('[data-act="labels"]'), when: there('[data-act="labels"]') },
  { name: "key-undo", keys: ["z"], run: undoLast, when: canUndo },
  { name: "key-later", keys: [], run: click('[data-act="send-later"]'), when: thread },
  { name: "key-panel", keys: ["p"], run: togglePanel, when: thread },
  { name: "key-next", keys: ["j"], run: () => step(1), when: inbox },
  { name: "key-previous", keys: ["k"], run: () => step(-1), when: inbox },
  { name: "key-search", keys: ["/"], run: search, when: () => true },
  { name: "key-back", keys: ["Escape"], run: stepBack, when: () => true },
  { name: "key-panes", keys: ["F6"], run: nextPane, when: inbox },
  { name: "key-inbox", keys: [], run: () => location.assign("/inbox/"), when: () => true },
  { name: "key-settings", keys: [], run: () => location.assign("/settings/"), when: () => true },
  { name: "key-theme", keys: [], run: toggleTheme, when: () => true },
  { name: "key-palette", keys: ["Ctrl", "k"], run: () => openPalette(registry), when: () => true },
  { name: "key-shortcuts", keys: ["?"], run: showSheet, when: () => true },
];

export function start() {
  document.addEventListener("keydown", pressed);
  document.addEventListener("click", (event) => {
    const act = event.target.closest("[data-act]")?.dataset.act;
    if (act === "shortcuts") showSheet();
    if (act === "search") search();
  });
}

function pressed(event) {
  if (event.isComposing || event.defaultPrevented) return;
  const key = keyOf(event);
  const command = event.ctrlKey || event.metaKey;
  if (command && key === "k") return run(event, "key-palette");
  if (command || event.altKey || document.querySelector("dialog[open]")) return;
  const found = registry.find((one) => one.keys.length === 1 && one.keys[0] === key);
  if (!found) return walkLog(event);
  if (key.length === 1 && isTyping(event.target)) return;
  if (found.when()) run(event, found.name);
}

function run(event, name) {
  event.preventDefault();
  registry.find((one) => one.name === name).run();
}

/** By meaning; on layouts without Latin letters by place. */
function keyOf(event) {
  const foreign = event.key.length === 1 && event.key.charCodeAt(0) > 127;
  return foreign ? event.code.replace(/^Key/, "").toLowerCase() : event.key.length === 1 ? event.key.toLowerCase() : event.key;
}

const isTyping = (target) => target.matches?.("input, textarea, select, [contenteditable]");

function search() {
  const box = document.getElementById("search-box");
  if (!box) return location.assign("/inbox/");
  box.focus();
  box.select();
}

/** The whole list again, as after deleting the words by hand. */
function clear(box) {
  box.value = "";
  box.dispatchEvent(new Event("input", { bubbles: true }));
}

/** One level: box to messages, messages to list; a search to the whole list, then to its rows. */
function stepBack() {
  const here = document.activeElement;
  if (here?.id === "composer-text" || here?.closest(".composer")) document.getElementById("scroller")?.focus({ preventScroll: true });
  else if (here?.id === "search-box" && here.value) clear(here);
  else (document.querySelector(".row__link[aria-current]") ?? document.querySelector(".row__link"))?.focus();
}

function closeAndNext() {
  const links = [...document.querySelectorAll(".row__link")];
  const next = links[links.findIndex((link) => link.hasAttribute("aria-current")) + 1];
  document.querySelector('[data-act="close"]').click();
  document.addEventListener("htmx:afterRequest", () => next?.isConnected && next.click(), { once: true });
}

/** Up from an empty box goes into the log; arrows walk its bubbles. */
function walkLog(event) {
  const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (event.key === "Enter" && event.target.matches("#log > .bubble")) (event.preventDefault(), enterTools());
  if (!by) return;
  const bubbles = [...document.querySelectorAll("#log > .bubble")];
  const at = bubbles.indexOf(document.activeElement);
  if (at < 0 && !(by < 0 && event.target.id === "composer-text" && event.target.value === "")) return;
  event.preventDefault();
  if (by > 0 && at === bubbles.length - 1) return focusThread();
  const next = at < 0 ? bubbles.at(-1) : bubbles[Math.max(0, at + by)];
  next?.focus({ preventScroll: true });
  next?.scrollIntoView({ block: "nearest" });
}

function showSheet() {
  const sheet = document.getElementById("shortcuts");
  const rows = registry.filter((one) => one.keys.length).flatMap((one) => [made("dt", {}, word(one.name)), made("dd", {}, ...caps(one.keys))]);
  sheet.querySelector("[data-shortcuts]").replaceChildren(...rows);
  sheet.showModal();
}

/** @param {string[]} keys @returns {HTMLElement[]} */
export function caps(keys) {
  return keys.map((key) => made("kbd", {}, key.length === 1 ? key.toUpperCase() : key === "Escape" ? "Esc" : key));
}
