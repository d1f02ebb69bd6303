/**
 * The form of a template while somebody types: the server's linter and compiler say what they think of
 * it, and only what they say is replaced. Without this module the button "Check and preview" does it.
 */

const QUIET_MS = 350;
const KEPT = "baton-sample";
const touched = new Set();
let timer = 0;
let asked = 0;
let picture = "";

/** @returns {HTMLFormElement | null} */
const form = () => document.querySelector("[data-desk]");

/** "Order update!" is order_update, as the server makes it. The cursor stays where it is. */
function normalise(input) {
  const name = input.value.toLowerCase().replace(/[^a-z0-9_]+/g, "_");
  if (name === input.value) return;
  const at = input.selectionStart;
  input.value = name;
  input.setSelectionRange(at, at);
}

function soon() {
  clearTimeout(timer);
  timer = setTimeout(check, QUIET_MS);
}

/** @param {string} deed of a button that changes rows: add_button, remove:2, up:2; else "" */
async function check(deed = "") {
  const mine = ++asked;
  const body = fields();
  body.set("do", deed);
  const answer = await fetch(form().dataset.check, { method: "POST", body, headers: { "HX-Request": "true" } }).catch(() => null);
  if (!answer?.ok || mine !== asked) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (deed) changeRows(fresh, deed);
  take(fresh);
}

/** What is typed. A chosen file goes with the whole, once: until then it is only said that there is one. */
function fields() {
  const body = new FormData(form());
  const file = body.get("header_file");
  body.delete("header_file");
  if (!(file instanceof File) || !file.name) return body;
  body.set("sample", "chosen");
  body.set("sample_name", file.name);
  body.set("sample_kind", String(body.get("header")));
  return body;
}

/** Rows of buttons come whole from the server; the focus goes on to what was added or moved. */
function changeRows(fresh, deed) {
  replace("#f-buttons", fresh);
  const rows = document.querySelectorAll("[data-knob]");
  const [act, place] = deed.split(":");
  const at = { add_button: rows.length - 1, up: Number(place) - 1, remove: Number(place) }[act];
  const row = rows[Math.min(at, rows.length - 1)];
  (row?.querySelector("select") ?? document.querySelector("#f-buttons button"))?.focus();
  for (const input of document.querySelectorAll("#f-buttons [data-most]")) count(input);
}

/** @param {Document} fresh the form again; only what the server says of it is taken */
function take(fresh) {
  replace("[data-aside]", fresh);
  const [shown, examples] = [document.querySelector("[data-examples]"), fresh.querySelector("[data-examples]")];
  if (shown && examples && shown.dataset.names !== examples.dataset.names) replaceExamples(shown, examples);
  for (const slot of document.querySelectorAll("[data-said]")) say(slot, fresh);
  toggle("[data-header-example]", fresh);
  toggle("[data-if-variable]", fresh);
  showPicture();
}

function replace(selector, fresh) {
  const [old, now] = [document.querySelector(selector), fresh.querySelector(selector)];
  if (old && now) old.replaceWith(document.adoptNode(now));
}

/** Fields of variables that are still there keep what is typed, and the focus. */
function replaceExamples(shown, examples) {
  const focused = document.activeElement?.id;
  for (const input of shown.querySelectorAll("input")) {
    const twin = examples.querySelector(`[id="${CSS.escape(input.id)}"]`);
    if (twin) twin.value = input.value;
  }
  shown.replaceWith(document.adoptNode(examples));
  if (focused && document.activeElement === document.body) document.getElementById(focused)?.focus();
}

/** Nothing is wrong with a field that nobody has come to yet. */
function say(slot, fresh) {
  const now = fresh.getElementById(slot.id);
  const field = document.getElementById(slot.dataset.said);
  const isOld = document.querySelector('[role="alert"]') || touched.has(slot.dataset.said) || !field?.matches("input, textarea, select");
  slot.replaceChildren(...(now && isOld ? now.cloneNode(true).children : []));
  field?.toggleAttribute("aria-invalid", false);
  if (slot.querySelector(".field__error")) field?.setAttribute("aria-invalid", "true");
}

function toggle(selector, fresh) {
  const now = [...fresh.querySelectorAll(selector)];
  [...document.querySelectorAll(selector)].forEach((one, at) => (one.hidden = now[at]?.hidden ?? false));
}

/* --- Counts, variables, the picture --- */

function count(input) {
  const most = Number(input.dataset.most);
  if (!most) return;
  let shown = input.parentElement.querySelector(".field__count");
  if (!shown) {
    shown = document.createElement("span");
    shown.className = "field__count";
    shown.setAttribute("aria-hidden", "true");
    input.after(shown);
  }
  shown.textContent = `${input.value.length} / ${most}`;
  shown.toggleAttribute("data-over", input.value.length > most);
}

/** {{1}}, {{2}} …, or a name to be typed over. */
function addVariable() {
  const box = document.getElementById("f-body-text");
  const named = form().querySelector("[name=parameter_format]:checked")?.value === "NAMED";
  const numbers = [...box.value.matchAll(/\{\{\s*(\d+)\s*\}\}/g)].map((found) => Number(found[1]));
  const name = named ? "name" : String(Math.max(0, ...numbers) + 1);
  const at = box.selectionStart;
  box.setRangeText(`{{${name}}}`, at, box.selectionEnd, "end");
  box.focus();
  if (named) box.setSelectionRange(at + 2, at + 2 + name.length);
  box.dispatchEvent(new Event("input", { bubbles: true }));
}

/** The file itself stays on this computer until the form goes: the preview shows it from there. */
function read(input) {
  const file = input.files[0];
  keep("", "");
  if (!file?.type.startsWith("image/")) return showPicture();
  const reader = new FileReader();
  reader.addEventListener("load", () => {
    keep(file.name, String(reader.result));
    showPicture();
  });
  reader.readAsDataURL(file);
}

/** The form may come back with something to mend: the picture is still the same one. */
function keep(name, data) {
  picture = data;
  try {
    sessionStorage.setItem(KEPT, JSON.stringify({ name, data }));
  } catch {
    sessionStorage.removeItem(KEPT); // too large to be kept: the card with its name will do
  }
}

function recall() {
  const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "{}");
  const name = form()?.querySelector("[name=sample_name]")?.value;
  if (kept.data && name && kept.name === name) picture = kept.data;
  showPicture();
}

function showPicture() {
  const card = document.querySelector(".handset .bubble > .card");
  const header = form()?.querySelector("[name=header]:checked")?.value;
  if (!picture || header !== "IMAGE" || !card) return;
  const image = document.createElement("img");
  image.className = "handset__picture";
  image.alt = "";
  image.src = picture;
  card.replaceWith(image);
}

document.addEventListener("input", (event) => {
  const input = event.target;
  if (!input.closest?.("[data-desk]")) return;
  if (input.id === "f-name") normalise(input);
  count(input);
  soon();
});
document.addEventListener("change", (event) => {
  if (event.target.id === "f-header-sample") read(event.target);
  if (event.target.closest?.("[data-desk]")) soon();
});
document.addEventListener("focusout", (event) => {
  if (!event.target.closest?.("[data-desk]") || !event.target.id) return;
  if (event.target.id === "f-name") event.target.value = event.target.value.replace(/^_+|_+$/g, "");
  touched.add(event.target.id);
  soon();
});
document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-add-variable]")) return addVariable();
  const pressed = event.target.closest?.("[data-desk] #f-buttons button[name=do]");
  if (!pressed) return;
  event.preventDefault();
  check(pressed.value);
});
for (const input of form()?.querySelectorAll("[data-most]") ?? []) count(input);
recall();
