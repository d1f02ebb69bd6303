/**
 * The last value that this person gave for a variable of a template: offered, never filled in. An
 * order number of somebody else must not go out because nobody looked.
 */
import { keep, kept } from "../session.js";
import { made, word } from "../words.js";

const LONGEST = 200;

const name = (form) => `values:${form.elements.template.value}`;

/** @param {HTMLFormElement} form of a template that is being sent */
export function remember(form) {
  const filled = [...form.querySelectorAll("input[name^='var:']")].map((input) => [input.name, input.value.trim()]);
  const fresh = filled.filter(([, value]) => value && value.length <= LONGEST && !value.startsWith("baton:"));
  keep(name(form), JSON.stringify({ ...lastOf(form), ...Object.fromEntries(fresh) }));
}

/** @param {HTMLFormElement} form whose empty fields get the offer */
export function offer(form) {
  const last = lastOf(form);
  for (const field of form.querySelectorAll("[data-field]")) {
    const [line, value] = [field.querySelector("[data-last]"), last[field.dataset.field]];
    const input = field.querySelector("input[name^='var:']");
    if (!line) continue;
    line.hidden = !value || input.value === value;
    const button = made("button", { class: "field__again", type: "button", "data-act": "last-value" }, made("bdi", {}, value ?? ""));
    line.replaceChildren(word("last-time"), " ", button);
  }
}

/** @param {MouseEvent} event */
export function take(event) {
  const button = event.target.closest?.('[data-act="last-value"]');
  if (!button) return;
  const input = button.closest("[data-field]").querySelector("input[name^='var:']");
  input.value = button.textContent;
  input.dispatchEvent(new Event("input", { bubbles: true }));
  button.closest("[data-last]").hidden = true;
  input.focus();
}

function lastOf(form) {
  try {
    return JSON.parse(kept(name(form)) || "{}");
  } catch {
    return {};
  }
}
