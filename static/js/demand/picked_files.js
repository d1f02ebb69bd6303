/**
 * The file of a template's heading or card: chosen here, kept by Baton, and named in its field by
 * `baton:<id>`. Without this module the field takes a link.
 */
import { freshToken, isStaleToken } from "../http.js";
import { made, word } from "../words.js";

/** @param {Event} event a file was chosen */
export async function chosen(event) {
  const chooser = event.target.closest?.("[data-picked-file]");
  const file = chooser?.files[0];
  if (!file) return;
  const field = chooser.closest("[data-field]");
  chooser.value = "";
  say(field, word("uploading"));
  field.setAttribute("data-uploading", "");
  const answer = await upload(chooser, file).catch(() => null);
  const html = (await answer?.text()) ?? "";
  field.removeAttribute("data-uploading");
  if (!field.isConnected) return;
  if (answer?.status !== 201) return say(field, sentenceOf(answer, html), true);
  say(field, "");
  hold(field, html);
  name(field, file.name);
}

/** @param {MouseEvent} event a file is put away again; the server throws it away by itself */
export function putAway(event) {
  const button = event.target.closest?.("[data-picked] [data-act='remove-attachment']");
  if (!button) return;
  const field = button.closest("[data-field]");
  field.querySelector("[data-picked]").replaceChildren();
  put(field, "");
  field.removeAttribute("data-held");
  field.querySelector("[data-picked-file]").focus();
}

async function upload(chooser, file, again = false) {
  const data = new FormData();
  data.append("csrfmiddlewaretoken", chooser.form.elements.csrfmiddlewaretoken.value);
  data.append("file", file, file.name);
  const answer = await fetch(chooser.dataset.pickedFile, { method: "POST", body: data, headers: { "HX-Request": "true" } });
  if (again || !isStaleToken(answer.status, answer.headers.get("HX-Trigger"))) return answer;
  await freshToken();
  return upload(chooser, file, true);
}

/** @param {string} html of the chip */
function hold(field, html) {
  const chip = new DOMParser().parseFromString(html, "text/html").querySelector("[data-attachment]");
  field.querySelector("[data-picked]").replaceChildren(chip);
  field.setAttribute("data-held", "");
  put(field, `baton:${chip.dataset.attachment}`);
  chip.querySelector("button")?.focus();
}

function put(field, value) {
  const input = field.querySelector("input[name^='var:']");
  input.value = value;
  input.dispatchEvent(new Event("input", { bubbles: true }));
}

/** A document goes by its own name, unless somebody has written another. */
function name(field, filename) {
  const input = field.parentElement.querySelector(`input[name="${field.dataset.field.replace(/media$/, "filename")}"]`);
  if (input && !input.value) input.value = filename;
}

function say(field, sentence, isError = false) {
  const told = made("p", { class: isError ? "field__error" : "field__hint", role: "status" }, sentence);
  field.querySelector("[data-told]").replaceChildren(...(sentence ? [told] : []));
}

function sentenceOf(answer, html) {
  const told = answer && new DOMParser().parseFromString(html, "text/html").body.textContent.trim();
  return (answer?.status >= 400 && answer.status < 500 && told) || word("upload-failed");
}
