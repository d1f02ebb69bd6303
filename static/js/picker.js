/** The template picker: choices by arrows, and a send that goes through the same outbox as a text. */
import { refuse } from "./answers.js";
import { newToken } from "./tokens.js";
import { seen } from "./live.js";
import * as outbox from "./outbox.js";
import * as pending from "./pending.js";

const SEND = "[data-picker-form] [data-send]";

export function start() {
  document.addEventListener("submit", (event) => event.target.matches("[data-picker-form]") && submit(event));
  document.addEventListener("keydown", pressed);
  document.addEventListener("click", (event) => event.target.closest?.("[data-picker-form]") && more().then((on) => on.clicked(event)));
  document.addEventListener("change", (event) => event.target.closest?.("[data-picked-file]") && more().then((on) => on.chosen(event)));
  document.addEventListener("baton:sent", (event) => event.detail.fields.template && reset(event.target));
  document.addEventListener("baton:refused", (event) => refused(event.target, event.detail));
  document.addEventListener("baton:stale", (event) => catchUp(event.detail));
  document.addEventListener("htmx:beforeSwap", leaving);
  document.addEventListener("htmx:afterSettle", arrived);
}

function submit(event) {
  if (event.submitter?.hasAttribute("formaction")) return; // for later, in a page of its own
  const form = event.target;
  const composer = form.closest("baton-composer");
  if (form.querySelector("[data-uploading]")) return event.preventDefault(); // the field says so
  more().then((on) => on.remember(form));
  if (!composer) return; // the page of its own, without the thread
  event.preventDefault();
  form.elements.last_seen.value = String(Math.max(Number(form.elements.last_seen.value), seen()));
  const fields = Object.fromEntries(new FormData(form, event.submitter));
  const bubble = form.querySelector("[data-preview] .bubble__text");
  refuse("");
  pending.show(fields.form_token, bubble ? bubble.cloneNode(true) : "…");
  outbox.send({ conversation: composer.dataset.conversation, address: form.action, token: fields.form_token, fields });
  form.elements.form_token.value = newToken();
}

/** Sent: the fields are empty for the next one, the choice stays. Who may write text is back at it. */
function reset(composer) {
  const form = composer.querySelector("[data-picker-form]");
  if (!form) return;
  const focused = form.contains(document.activeElement);
  if (composer.faces.state.state === "free") composer.faces.write();
  if (focused && !form.checkVisibility()) composer.box.focus();
  for (const input of form.querySelectorAll("input[name^='var:']")) input.value = input.defaultValue = "";
  for (const held of form.querySelectorAll("[data-held]")) held.removeAttribute("data-held");
  for (const chip of form.querySelectorAll("[data-picked]")) chip.replaceChildren();
  form.querySelector(".picker__fields").dispatchEvent(new Event("input")); // and the preview with them
  more().then((on) => on.offer(form));
}

/** What only a chosen template needs comes with the first one. */
const more = () => import("./demand/filling.js");

/** @param {Element} composer @param {string} html the picker again with errors, or a notice */
function refused(composer, html) {
  const region = composer.querySelector("[data-picker-box]");
  if (!html.includes("data-picker-root")) return refuse(html);
  htmx.swap(region, html, { swapStyle: "innerHTML", swapDelay: 0, settleDelay: 0 });
  (region.querySelector("[aria-invalid]") ?? region.querySelector('[role="alert"]'))?.focus();
}

/* --- what htmx swaps: the focus is never left on nothing --- */

let hadFocus = false;

function leaving(event) {
  const { target } = event.detail;
  const active = document.activeElement;
  if (target?.matches?.("[data-picker-root]")) hadFocus = active === document.body || target.contains(active);
}

function arrived(event) {
  const box = event.target.closest?.("[data-picker-root]");
  if (!box) return;
  const form = box.querySelector("[data-picker-form]");
  if (form && event.target === box) more().then((on) => on.offer(form));
  if (event.target.matches("[data-choices]")) stop(box);
  if (!hadFocus || event.target !== box || form?.contains(document.activeElement)) return;
  hadFocus = false;
  first(form ?? box)?.focus();
}

/** @returns {HTMLElement | null} where to go on: the first empty field, else the button */
function first(box) {
  const fields = [...box.querySelectorAll("input:not([type=hidden], [type=file]), button[type=submit]:not(.without-script, [form])")];
  return fields.find((one) => one.type !== "submit" && !one.value) ?? fields.find((one) => one.type === "submit") ?? fields[0] ?? null;
}

/* --- what Meta changes meanwhile --- */

let catching = 0;

/** @param {string} id of a template, or of the account whose list was read again; several come together */
function catchUp(id) {
  const box = document.querySelector("[data-picker-root]");
  if (box?.dataset.account !== id && !box?.querySelector(`[id="choice-${CSS.escape(id)}"]`)) return;
  clearTimeout(catching);
  catching = setTimeout(() => htmx.trigger(box.querySelector(".picker__side-form"), "submit"), 100);
}

/** The chosen one may have been stopped: then it says why, and does not go. */
function stop(box) {
  const chosen = box.querySelector("[data-chosen]")?.dataset.chosen;
  const choice = chosen && box.querySelector(`[id="choice-${CSS.escape(chosen)}"]`);
  if (!choice) return;
  const stopped = choice.getAttribute("aria-disabled") === "true";
  if (!stopped) choice.setAttribute("aria-current", "true");
  const notice = box.querySelector("[data-stopped]");
  notice.hidden = !stopped;
  notice.querySelector("[data-stopped-reason]").textContent = choice.querySelector("[data-reason]")?.textContent ?? "";
  for (const button of box.querySelectorAll(SEND)) button.disabled = stopped;
}

/* --- keys --- */

function pressed(event) {
  const box = event.target.closest?.("[data-picker-root]");
  if (!box || event.isComposing) return;
  const form = box.querySelector("[data-picker-form]");
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) return void box.querySelector(SEND)?.click();
  if (event.key === "Enter" && event.target.matches("[data-picker-form] input")) return next(event, form);
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const choices = [...box.querySelectorAll("[data-choice]")];
  if (!by || event.target.matches("select, [data-picker-form] *")) return;
  event.preventDefault();
  choices[Math.max(0, Math.min(choices.length - 1, choices.indexOf(document.activeElement) + by))]?.focus();
}

/** Enter goes on to the next field, and to the button at the end: half a template is not sent by a slip. */
function next(event, form) {
  event.preventDefault();
  const stops = [...form.querySelectorAll("input:not([type=hidden], [type=file]), button[type=submit]")];
  stops[stops.indexOf(event.target) + 1]?.focus();
}
