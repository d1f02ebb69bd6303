/** What arrives live is spoken once, politely, at most once a second; ticks and typing are silent. */
import { word } from "./words.js";

const EVERY_MS = 1_000;
/** @type {Element[]} */
let waiting = [];
let timer = 0;

export function start() {
  document.addEventListener("baton:applied", (event) => {
    const heard = ({ element, entered }) => entered && element.matches(".bubble:not([data-outbound])");
    waiting.push(...event.detail.put.filter(heard).map(({ element }) => element));
    if (waiting.length) timer ||= setTimeout(speak, EVERY_MS);
  });
}

function speak() {
  timer = 0;
  const region = document.getElementById("announcer");
  if (region) region.textContent = waiting.length > 2 ? word("new-below", { n: waiting.length }) : waiting.map(sentence).join(" ");
  waiting = [];
}

function sentence(bubble) {
  const text = bubble.querySelector("[data-text], .card__title, .bubble__flag")?.textContent.trim() ?? "";
  const name = bubble.dataset.sender || document.getElementById("thread-name")?.textContent.trim();
  return text ? word("said", { name, text }) : word("someone-wrote", { name });
}
