/** Toasts: for success, undo and "try again" only; refusals stand where they belong. */
import { made } from "./words.js";

const SHOWN_MS = 6_000;

/**
 * @param {string} text
 * @param {{label: string, run: () => void} | null} action
 */
export function toast(text, action = null) {
  const box = made("div", { class: "toast" }, made("span", {}, text));
  if (action) {
    const button = made("button", { class: "link-button toast__action", type: "button" }, action.label);
    button.addEventListener("click", () => (box.remove(), action.run()));
    box.append(button);
  }
  document.getElementById("toasts")?.append(box);
  setTimeout(() => box.remove(), SHOWN_MS);
}
