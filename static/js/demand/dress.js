/** The style sheet of what only comes when it is asked for; once for all of it. */
import { made } from "../words.js";

/** @type {Promise<void> | null} */
let dressed = null;

/** @returns {Promise<void>} when it is there, or cannot be had */
export function dress() {
  dressed ??= new Promise((resolve) => {
    const link = made("link", { rel: "stylesheet", href: document.getElementById("words").dataset.demand });
    for (const name of ["load", "error"]) link.addEventListener(name, () => resolve());
    document.head.append(link);
  });
  return dressed;
}
