/** Which message is answered: shown above the box, sent along with the text. */
import { made, word } from "./words.js";

/**
 * @param {HTMLElement} composer the <baton-composer>
 * @param {Element | null} bubble that is answered, or null for none
 */
export function quote(composer, bubble) {
  const place = composer.querySelector("[data-quote]");
  composer.form.elements.reply_to.value = bubble ? bubble.id.slice("m-".length) : "";
  place.hidden = !bubble;
  place.replaceChildren();
  if (!bubble) return;
  const text = (bubble.querySelector("[data-text]") ?? bubble.querySelector(".card__title"))?.textContent ?? "…";
  const name = made("span", { class: "quote__name" }, made("bdi", {}, bubble.dataset.sender || word("you")));
  const drop = made("button", { class: "icon-button", type: "button", "data-act": "unquote", title: word("hide") }, "×");
  place.append(made("div", { class: "quote" }, name, made("span", { class: "quote__text" }, text)), drop);
  composer.box.focus();
}
