/** Light, dark or the system's: the account keeps it; here it is shown at once. */
import { keep, kept } from "./session.js";

const root = document.documentElement;

export function start() {
  if (kept("theme")) root.dataset.theme = kept("theme");
  document.addEventListener("click", (event) => event.target.closest('[data-act="theme"]') && toggle());
}

export function toggle() {
  const dark = root.dataset.theme === "dark" || (root.dataset.theme === "system" && matchMedia("(prefers-color-scheme: dark)").matches);
  root.dataset.theme = dark ? "light" : "dark";
  keep("theme", root.dataset.theme);
}
