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

/** @param {HTMLAnchorElement} pressed */
export function run(pressed) {
  open(pressed.href, pressed.dataset.act === "send-later", pressed.dataset.title);
}

/** @param {string} address @param {boolean} fresh a new message, with what stands in the box @param {string} [named] the title */
async function open(address, fresh, named) {
  const asked = fetch(address, { headers: { "HX-Request": "true" } }).catch(() => null);
  const [answer] = await Promise.all([asked, dress()]);
  if (!answer?.ok || answer.redirected) return void location.assign(address);
  show(await answer.text());
  const title = dialog().querySelector("[data-later-title]");
  title.textContent = named ?? (fresh ? title.dataset.new : title.dataset.edit);
  if (fresh) takeOver(dialog().querySelector("[data-later-form]"), composer());
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

/** The words, the quote and what was seen come from the box. */
function takeOver(form, from) {
  if (!from) return;
  form.elements.text.value = from.box.value;
  form.elements.reply_to.value = from.form.elements.reply_to.value;
  form.elements.last_seen.value = from.form.elements.last_seen.value;
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
  apply(html, seen());
  if (fields.has("form_token")) scheduled();
}

/** What was in the box waits for its time now. */
function scheduled() {
  const from = composer();
  toast(word("scheduled"));
  if (!from) return;
  refuse("");
  from.fill("");
  from.form.elements.form_token.value = newToken();
  from.form.elements.reply_to.value = "";
  from.querySelector("[data-quote]").hidden = true;
  from.box.focus();
}
