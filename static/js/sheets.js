/** Style sheets that come when they are needed; each once. */
import { made } from "./words.js";

/** @type {Map<string, Promise<void>>} */
const asked = new Map();

/** @param {string} address @returns {Promise<void>} when it is there, or cannot be had */
export function sheet(address) {
  if (!asked.has(address)) asked.set(address, put(address));
  return asked.get(address);
}

function put(address) {
  return new Promise((resolve) => {
    const link = made("link", { rel: "stylesheet", href: address });
    for (const name of ["load", "error"]) link.addEventListener(name, () => resolve());
    document.head.append(link);
  });
}
