/** Dialogs asked for by address, filled in, sent; without scripts they are pages. */
import { offerUndo } from "../answers.js";
import { apply } from "../apply.js";
import { post } from "../http.js";
import { seen } from "../live.js";
import { dress } from "../dress.js";
import { word } from "../words.js";

const dialog = document.getElementById("compose");
const place = dialog.querySelector("[data-compose]");

dialog.addEventListener("click", clicked);
dialog.addEventListener("submit", submitted);

/** @param {HTMLAnchorElement} link of the menu */
export async function run(link) {
  await Promise.all([dress(), ask(link.href)]);
}

/** @param {string} address */
async function ask(address) {
  const answer = await fetch(address, { headers: { "HX-Request": "true" } }).catch(() => null);
  if (!answer?.ok || answer.redirected) return void location.assign(address);
  fill(await answer.text());
}

/** @param {string} html */
function fill(html) {
  const parsed = new DOMParser().parseFromString(html, "text/html"); // inert
  place.replaceChildren(...parsed.body.children);
  if (!dialog.open) dialog.showModal();
  const wrong = place.querySelector('[aria-invalid="true"], [role="alert"]');
  wrong?.closest("details")?.setAttribute("open", "");
  (wrong ?? place.querySelector("[data-compose-form] :is([autofocus], input, textarea):not([type=hidden])"))?.focus();
}

function clicked(event) {
  const link = event.target.closest("a[data-compose-ask]");
  const act = event.target.closest("[data-do]")?.dataset.do;
  if (!link && act !== "close" && act !== "locate") return;
  event.preventDefault();
  if (link) ask(link.href);
  if (act === "close") dialog.close();
  if (act === "locate") locate();
}

function submitted(event) {
  event.preventDefault();
  const form = event.target;
  if (form.matches("[data-compose-ask]")) return ask(`${form.action}?${new URLSearchParams(new FormData(form))}`);
  form.elements.last_seen.value = String(seen());
  send(form, [...new FormData(form, event.submitter)]);
}

/** The one-use token makes a repeat safe. */
async function send(form, fields) {
  const buttons = form.querySelectorAll("[type=submit]");
  for (const button of buttons) button.disabled = true;
  const answer = await post(form.action, fields).catch(() => null);
  for (const button of buttons) button.disabled = false;
  if (!answer || ![200, 409, 422].includes(answer.status)) return tell(word(answer ? "not-understood" : "upload-lost"));
  const html = await answer.text();
  if (!answer.ok) return fill(html);
  dialog.close();
  apply(html, answer.asOf);
  if (form.dataset.undo) offerUndo(form.dataset);
}

function tell(sentence) {
  const line = place.querySelector(".compose__trouble") ?? document.createElement("p");
  line.className = "field__error compose__trouble";
  line.setAttribute("role", "alert");
  line.textContent = sentence;
  place.querySelector(".dialog__actions").before(line);
}

function locate() {
  const [told, form] = [place.querySelector("[data-located]"), place.querySelector("[data-compose-form]")];
  told.textContent = word("locating");
  const found = ({ coords }) => {
    form.elements.latitude.value = coords.latitude.toFixed(6);
    form.elements.longitude.value = coords.longitude.toFixed(6);
    told.textContent = "";
    form.elements.name.focus();
  };
  navigator.geolocation.getCurrentPosition(found, () => (told.textContent = word("place-refused")), { timeout: 10_000 });
}
