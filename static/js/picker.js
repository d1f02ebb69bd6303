/** The template picker: choices by arrows, and a send that goes through the same outbox as a text. */
import { refuse } from "./answers.js";
import { newToken } from "./tokens.js";
import { seen } from "./live.js";
import * as outbox from "./outbox.js";
import * as pending from "./pending.js";

export function start() {
  document.addEventListener("submit", (event) => event.target.matches("[data-picker-form]") && submit(event));
  document.addEventListener("keydown", pressed);
  document.addEventListener("baton:sent", (event) => event.detail.fields.template && reset(event.target));
  document.addEventListener("baton:refused", (event) => refused(event.target, event.detail));
}

function submit(event) {
  const form = event.target;
  const composer = form.closest("baton-composer");
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

/** Sent: the fields are empty for the next one, the choice stays. */
function reset(composer) {
  const form = composer.querySelector("[data-picker-form]");
  for (const input of form?.querySelectorAll("input[type=text]") ?? []) input.value = input.defaultValue = "";
}

/** @param {Element} composer @param {string} html the picker again with errors, or a notice */
function refused(composer, html) {
  const region = composer.querySelector("[data-picker-box]");
  if (!html.includes("data-picker-root")) return refuse(html);
  htmx.swap(region, html, { swapStyle: "innerHTML", swapDelay: 0, settleDelay: 0 });
  (region.querySelector("[aria-invalid]") ?? region.querySelector('[role="alert"]'))?.focus();
}

function pressed(event) {
  const box = event.target.closest?.("[data-picker-root]");
  if (!box) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) box.querySelector("[data-picker-form]")?.requestSubmit();
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const choices = [...box.querySelectorAll("[data-choice]")];
  if (!by || event.target.matches("select, [data-picker-form] *")) return;
  event.preventDefault();
  choices[Math.max(0, Math.min(choices.length - 1, choices.indexOf(document.activeElement) + by))]?.focus();
}
