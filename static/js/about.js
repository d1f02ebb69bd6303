/** What is known of one message, in a dialog: asked for, because it depends on who reads. */
import { dress } from "./dress.js";
import { pointedAt } from "./tools.js";

export function start() {
  document.addEventListener("click", (event) => {
    const act = event.target.closest('[data-act="about"]');
    if (!act || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    show(act.href ?? addressOf(act));
  });
}

/** @param {HTMLElement} tool @returns {string} of the bubble under the pointer */
const addressOf = (tool) => `${tool.dataset.address}${pointedAt()?.id.slice("m-".length)}/`;

/** @param {string} address */
async function show(address) {
  const dialog = document.getElementById("about");
  const answer = await fetch(address, { headers: { "HX-Request": "true" } }).catch(() => null);
  if (!answer?.ok || answer.redirected) return void location.assign(address);
  const parsed = new DOMParser().parseFromString(await answer.text(), "text/html"); // inert
  dialog.querySelector("[data-about]").replaceChildren(...parsed.body.children);
  await dress();
  dialog.showModal();
}
