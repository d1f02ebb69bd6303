/** Build elements without ever reading text as markup. */

/**
 * @param {string} tag
 * @param {Record<string, any>} [props] attributes; `on…` functions listen, `data` is a dataset
 * @param {...(Node|string|null|undefined|false)} children
 */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "data") Object.assign(element.dataset, value);
    else if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** An icon of the sprite in the page. */
export function icon(name, className = "") {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", `icon ${className}`.trim());
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}

/** Text for screen readers only. */
export function hidden(text) {
  return h("span", { class: "hidden-text" }, text);
}

export const byId = (id) => document.getElementById(id);

let toastTimer = 0;

/** A short notice at the foot of the page. */
export function toast(text) {
  const box = byId("toast");
  box.textContent = text;
  box.hidden = false;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => (box.hidden = true), 4000);
}

const clock = new Intl.DateTimeFormat([], { hour: "2-digit", minute: "2-digit" });
const exact = new Intl.DateTimeFormat([], { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const day = new Intl.DateTimeFormat([], { weekday: "long", day: "numeric", month: "long" });

export const timeOf = (seconds) => clock.format(seconds * 1000);
export const exactTimeOf = (seconds) => exact.format(seconds * 1000);
export const dayOf = (seconds) => day.format(seconds * 1000);
