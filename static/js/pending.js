/** The bubble before the server's: there within a frame after Enter, gone when the real one is. */
import { made, word } from "./words.js";

const LAST = "9".repeat(48); // after every real data-order

/** @param {string} token @param {string | Node} content @param {string} text */
export function show(token, content) {
  const log = document.getElementById("log");
  if (!log || document.getElementById(`pending-${token}`)) return;
  const status = made("div", { class: "status" }, made("p", { class: "status__line" }, made("span", { class: "tick", "data-status": "pending", "data-icon": "clock", role: "img", title: word("sending") })));
  const body = made("div", { class: "bubble__text", dir: "auto" }, content);
  log.append(
    made(
      "article",
      { id: `pending-${token}`, class: "bubble", "data-outbound": "", "data-look": "agent", "data-pending": "", "data-order": LAST, "data-sender": document.body.dataset.name ?? "" },
      made("div", { class: "bubble__end" }, body, status),
    ),
  );
  document.dispatchEvent(new CustomEvent("baton:pending"));
}

/** @param {string} token */
export function remove(token) {
  document.getElementById(`pending-${token}`)?.remove();
}

/** A push may be faster than the answer: the token says which bubble it replaces. */
document.addEventListener("baton:applied", (event) => {
  for (const { element } of event.detail.put) if (element.dataset.token) remove(element.dataset.token);
});
