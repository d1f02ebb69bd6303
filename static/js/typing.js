/** The customer sees "typing" where the number's policy allows it: at most one post in 20 s. */
import { post } from "./http.js";

const EVERY_MS = 20_000;
let told = { thread: "", at: 0 };

export function start() {
  document.addEventListener("input", (event) => {
    const address = event.target.closest?.("[data-typing]")?.dataset.typing;
    if (!address || event.target.id !== "composer-text" || event.target.value === "") return;
    if (told.thread === address && Date.now() - told.at < EVERY_MS) return;
    told = { thread: address, at: Date.now() };
    post(address, {}).catch(() => {});
  });
}
