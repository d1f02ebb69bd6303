/** Send later, the edit of what has not left, the labels: forms of the server in one dialog. */
import { refuse } from "../answers.js";
import { apply } from "../apply.js";
import { dress } from "../dress.js";
import { post } from "../http.js";
import { seen } from "../live.js";
import { toast } from "../notices.js";
import { askForLogin } from "../session.js";
import { newToken } from "../tokens.js";
import { word } from "../words.js";

const dialog = () => document.getElementById("later");
const composer = () => document.querySelector("baton-composer");

document.addEventListener("input", (event) => event.target.id === "later-moment" && warn(event.target));
document.addEventListener("submit", (event) => event.target.matches("#later [data-later-form]") && submit(event));

/** @param {HTMLAnchorElement | HTMLButtonElement} pressed a button stands in the form of a template */
export function run(pressed) {
  const fresh = pressed.dataset.act === "send-later";
  const form = fresh ? (pressed.form ?? composer()?.form) : null;
  if (form?.querySelector("[data-uploading]")) return void form.requestSubmit(); // it says what it waits for
  open(pressed.href ?? pressed.formAction, form ? given(form) : null, pressed.dataset.title);
}

/** What is to go later. @param {HTMLFormElement} form */
function given(form) {
  const fields = [...new FormData(form)].filter(([name, value]) => name !== "last_seen" && typeof value === "string");
  return [...fields, ["last_seen", String(Math.max(Number(form.elements.last_seen.value), seen()))]];
}

/** @param {string} address @param {[string, string][] | null} fields of a new message @param {string} [named] the title */
async function open(address, fields, named) {
  const asking = fields ? post(address, fields) : fetch(address, { headers: { "HX-Request": "true" } });
  const [answer] = await Promise.all([asking.catch(() => null), dress()]);
  if (!answer?.ok || answer.redirected) return fields ? toast(word("region-failed")) : void location.assign(address);
  show(await answer.text());
  const title = dialog().querySelector("[data-later-title]");
  title.textContent = named ?? (fields ? title.dataset.new : title.dataset.edit);
  dialog().showModal();
}

/** An own time beyond the window; both are by the person's clock and of one form. @param {HTMLInputElement} field */
function warn(field) {
  field.form.querySelector("[data-late]").hidden = !field.value || field.value < field.dataset.closes;
}

/** @param {string} html inert until the dialog has it */
function show(html) {
  const parsed = new DOMParser().parseFromString(html, "text/html");
  dialog().querySelector("[data-later]").replaceChildren(...parsed.body.children);
}

async function submit(event) {
  event.preventDefault();
  const fields = new FormData(event.target, event.submitter);
  const answer = await post(event.target.action, fields).catch(() => null);
  if (!answer) return toast(word("region-failed"));
  if (answer.status === 401 || answer.type === "opaqueredirect") return askForLogin();
  const html = await answer.text();
  if (!answer.ok) return show(html), dialog().querySelector("textarea, [aria-invalid]")?.focus();
  dialog().close();
  apply(html, answer.asOf);
  if (fields.has("form_token")) scheduled(fields);
}

/** It waits for its time now. @param {FormData} fields */
function scheduled(fields) {
  const from = composer();
  toast(word("scheduled"));
  if (!from) return;
  refuse("");
  if (fields.has("template")) {
    const detail = { fields: Object.fromEntries(fields) };
    return void from.dispatchEvent(new CustomEvent("baton:sent", { bubbles: true, detail }));
  }
  for (const id of fields.getAll("attachment")) from.tray.querySelector(`[data-attachment="${CSS.escape(id)}"]`)?.remove();
  from.tray.changed?.();
  from.fill("");
  from.form.elements.form_token.value = newToken();
  from.form.elements.reply_to.value = "";
  from.querySelector("[data-quote]").hidden = true;
  from.box.focus();
}
