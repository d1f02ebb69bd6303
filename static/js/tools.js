/** The small actions beside the bubble under the pointer: one set for the whole thread. */

/** @type {HTMLElement | null} */
let bubble = null;

/** @returns {HTMLElement | null} the bubble that the tools belong to */
export const pointedAt = () => bubble;

export function start() {
  document.addEventListener("pointerover", (event) => look(event.target));
  document.addEventListener("focusin", (event) => look(event.target));
  document.addEventListener("baton:applied", () => look(null));
}

/** @param {EventTarget | null} target */
function look(target) {
  const tools = document.querySelector("[data-tools]");
  if (!tools || tools.contains(target)) return;
  bubble = target?.closest?.("#log > .bubble:not([data-pending])") ?? null;
  tools.hidden = !bubble;
  if (bubble) place(tools);
}

/** On the side that has more room, which is right in both directions of writing. */
function place(tools) {
  const [before, after] = [bubble.offsetLeft, tools.offsetParent.clientWidth - bubble.offsetLeft - bubble.offsetWidth];
  const at = before > after ? before - tools.offsetWidth - 4 : bubble.offsetLeft + bubble.offsetWidth + 4;
  tools.style.transform = `translate(${at}px, ${bubble.offsetTop + 2}px)`;
  tools.style.setProperty("left", "0");
}
