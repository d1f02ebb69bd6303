/** Modules that come when they are asked for: the first page does without their weight. */
import { toast } from "./notices.js";
import { word } from "./words.js";

/** By data-act: each module's `run` gets what was pressed. @type {Record<string, () => Promise<{run: (pressed: HTMLElement) => void}>>} */
const later = () => import("./demand/later.js");
const modules = {
  canned: () => import("./demand/canned.js"),
  compose: () => import("./demand/compose.js"),
  "edit-waiting": later,
  labels: later,
  lightbox: () => import("./demand/lightbox.js"),
  react: () => import("./demand/react.js"),
  "send-later": later,
};

export function start() {
  document.addEventListener("click", (event) => {
    const pressed = event.target.closest("[data-act]");
    if (!modules[pressed?.dataset.act] || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    load(pressed);
  });
}

/** @param {HTMLElement} pressed */
async function load(pressed) {
  const module = await modules[pressed.dataset.act]().catch(() => null);
  if (module) module.run(pressed);
  else toast(word("region-failed"), { label: word("try-again"), run: () => load(pressed) });
}
