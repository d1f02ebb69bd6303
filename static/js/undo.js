/** Undo send: the countdown on a bubble, and its words back in the box. */
import { refuse } from "./answers.js";
import { apply } from "./apply.js";
import { post } from "./http.js";
import { quote } from "./quote.js";
import { now } from "./ticks.js";
import { word } from "./words.js";

const TICK_MS = 250;
let timer = 0;

export function start() {
  for (const name of ["baton:thread", "baton:applied", "baton:refreshed"]) document.addEventListener(name, tick);
  document.addEventListener("click", (event) => {
    const button = event.target.closest('[data-act="undo"]');
    if (button) event.preventDefault(), undo(button);
  });
  document.addEventListener("keydown", (event) => {
    const box = event.target.matches?.("#composer-text") && event.target.value === "";
    if (box && event.key === "z" && (event.ctrlKey || event.metaKey) && !event.shiftKey && undoLast()) event.preventDefault();
  });
  tick();
}

const own = () => [...document.querySelectorAll('#log > .bubble[data-mine] [data-act="undo"]')];

/** @returns {boolean} whether there is something of this person to take back */
export const canUndo = () => own().length > 0;

/** The newest first. @returns {boolean} whether there was one */
export function undoLast() {
  const button = own().at(-1);
  if (button) undo(button);
  return Boolean(button);
}

function tick() {
  clearTimeout(timer);
  const waits = [...document.querySelectorAll("[data-undo-until]")];
  for (const one of waits) draw(one);
  if (waits.length) timer = setTimeout(tick, TICK_MS);
}

function draw(one) {
  const left = Math.ceil((Date.parse(one.dataset.undoUntil) - now()) / 1000);
  if (left <= 0) return one.remove(); // the server decides; the clock stands beside it
  const text = word("sending-in", { n: left });
  const shown = one.querySelector("[data-undo-text]");
  if (shown.textContent !== text) shown.textContent = text;
}

/** @param {HTMLButtonElement} button */
async function undo(button) {
  button.disabled = true;
  const answer = await post(button.formAction, {}).catch(() => null);
  const html = (await answer?.text().catch(() => "")) ?? "";
  if (!answer?.ok) {
    button.disabled = false;
    return [409, 422].includes(answer?.status) && refuse(html);
  }
  const parsed = new DOMParser().parseFromString(html, "text/html");
  const [back, chip] = [parsed.querySelector("[data-undone]"), parsed.querySelector("[data-undone-file] > li")];
  apply(html, answer.asOf);
  if (back?.textContent) toTheBox(back);
  const composer = document.querySelector("baton-composer");
  if (chip && (await composer?.loadTray())) composer.tray.list.append(chip), composer.tray.changed();
}

/** Before what was typed since. */
function toTheBox(back) {
  const composer = document.querySelector("baton-composer");
  if (!composer) return;
  composer.fill([back.textContent, composer.box.value].filter((text) => text.trim()).join("\n"));
  quote(composer, document.getElementById(`m-${back.dataset.replyTo}`));
  composer.box.focus({ preventScroll: true });
}
