/** Filling a template: what was given last time, and files. */
import { take } from "./values.js";
import { putAway } from "./picked_files.js";

export { offer, remember } from "./values.js";
export { chosen } from "./picked_files.js";

/** @param {MouseEvent} event inside the form of a template */
export function clicked(event) {
  take(event);
  putAway(event);
}
