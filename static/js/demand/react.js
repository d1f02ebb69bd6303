/** An emoji for the message under the pointer: six at hand, a field for the others, ours taken back. */
import { refuse } from "../answers.js";
import { apply } from "../apply.js";
import { post } from "../http.js";
import { newToken } from "../tokens.js";
import { pointedAt } from "../tools.js";
import { word } from "../words.js";
import { dress } from "../dress.js";

const dialog = document.getElementById("react");
const GAP = 8;
let address = "";

dialog.addEventListener("click", (event) => {
  const button = event.target.closest("[data-emoji]");
  if (button) give(button.dataset.emoji);
  else if (event.target === dialog && isOutside(event)) dialog.close();
});
dialog.addEventListener("submit", (event) => {
  event.preventDefault();
  const emoji = event.target.elements.emoji.value.trim();
  if (emoji) give(emoji);
});

/** @param {HTMLElement} tool */
export async function run(tool) {
  const bubble = pointedAt();
  if (!bubble) return;
  await dress();
  address = `${tool.dataset.address}${bubble.id.slice("m-".length)}/reaction/`;
  const ours = bubble.querySelector("[data-ours]")?.dataset.ours ?? "";
  for (const button of dialog.querySelectorAll(".react__emoji")) button.setAttribute("aria-pressed", String(button.dataset.emoji === ours));
  dialog.querySelector('[data-emoji=""]').hidden = !ours;
  dialog.querySelector("form").reset();
  dialog.showModal();
  near(bubble.getBoundingClientRect());
}

/** Above the bubble, else below it, always inside the window. @param {DOMRect} bubble */
function near(bubble) {
  const { width, height } = dialog.getBoundingClientRect();
  const inside = (at, most) => Math.max(GAP, Math.min(at, most - GAP));
  const above = bubble.top - height - GAP;
  const top = inside(above > GAP ? above : bubble.bottom + GAP, innerHeight - height);
  dialog.style.setProperty("margin", "0");
  dialog.style.setProperty("inset", "0 auto auto 0"); // measured from the left in both directions of writing
  dialog.style.setProperty("translate", `${inside(bubble.left + bubble.width / 2 - width / 2, innerWidth - width)}px ${top}px`);
}

const isOutside = ({ clientX: x, clientY: y }) => {
  const box = dialog.getBoundingClientRect();
  return x < box.left || x > box.right || y < box.top || y > box.bottom;
};

/** @param {string} emoji "" takes ours back */
async function give(emoji) {
  dialog.close();
  refuse("");
  const answer = await post(address, { emoji, form_token: newToken() }).catch(() => null);
  if (answer?.ok) return apply(await answer.text(), answer.asOf);
  const told = answer && [409, 422].includes(answer.status) ? await answer.text() : "";
  refuse(told || `<div class="notice" data-tone="bad" role="alert"><div class="notice__body"><p>${word(answer ? "not-understood" : "upload-lost")}</p></div></div>`);
}
