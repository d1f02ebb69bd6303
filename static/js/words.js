/** Translated words and icons that the page brings along in <template id="words">. */

const words = document.getElementById("words");

/**
 * @param {string} name of a data-word
 * @param {Record<string, string | number>} values for its {placeholders}
 * @returns {string}
 */
export function word(name, values = {}) {
  const text = words?.content.querySelector(`[data-word="${name}"]`)?.textContent ?? "";
  return text.replace(/\{(\w+)\}/g, (all, key) => String(values[key] ?? all));
}

/**
 * @param {string} name of a symbol in icons.svg
 * @returns {SVGSVGElement}
 */
export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${words?.dataset.icons}#${name}`);
  svg.append(use);
  return svg;
}

/**
 * An element in one expression.
 * @param {string} tag
 * @param {Record<string, string>} attributes
 * @param {...(Node | string)} children
 * @returns {HTMLElement}
 */
export function made(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}
