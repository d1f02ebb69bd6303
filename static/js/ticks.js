/** Window chips tick from a time, not from a counter: a hidden tab may sleep as long as it likes. */
import { word } from "./words.js";

const [HOUR, MINUTE] = [3_600_000, 60_000];
let skew = 0;

/** @returns {number} the server's clock, as far as this page knows it, in ms */
export const now = () => Date.now() + skew;

export function start() {
  const told = Date.parse(document.body.dataset.now ?? "");
  if (told && Math.abs(told - Date.now()) > 5_000) skew = told - Date.now();
  tick();
  setInterval(tick, 10_000);
  document.addEventListener("visibilitychange", tick);
  for (const name of ["baton:thread", "baton:applied", "baton:refreshed"]) document.addEventListener(name, tick);
}

function tick() {
  for (const chip of document.querySelectorAll("[data-window-state][data-expires-at]")) draw(chip);
}

function draw(chip) {
  const left = Date.parse(chip.dataset.expiresAt) - now();
  const [state, tone] = left <= 0 ? ["closed", "idle"] : left < HOUR ? ["closing", "bad"] : left < 4 * HOUR ? ["closing", "warn"] : ["open", "plain"];
  const text = wordsFor(left);
  const shown = chip.firstElementChild;
  if (shown.textContent === text) return;
  shown.textContent = text;
  Object.assign(chip.dataset, { windowState: state, tone, icon: state === "closed" ? "lock" : "clock" });
}

function wordsFor(left) {
  if (left <= 0) return word("window-closed");
  if (left >= HOUR) return word("hours-left", { n: Math.floor(left / HOUR) });
  if (left >= MINUTE) return word("minutes-left", { n: Math.floor(left / MINUTE) });
  return word("under-a-minute");
}
