/** Answers to htmx requests: fragments go through apply.js, refusals to their region, the rest is told. */
import { apply } from "./apply.js";
import { freshToken, isStaleToken, post } from "./http.js";
import { seen } from "./live.js";
import { toast } from "./notices.js";
import { askForLogin } from "./session.js";
import { word } from "./words.js";

export function start() {
  document.addEventListener("htmx:beforeRequest", ({ detail }) => (detail.xhr.asOf = seen())); // as in http.js
  document.addEventListener("htmx:beforeSwap", takeFragments);
  document.addEventListener("htmx:responseError", tellError);
  document.addEventListener("htmx:sendError", (event) => offerRetry(event.detail.elt));
  document.addEventListener("htmx:oobBeforeSwap", (event) => event.preventDefault());
}

/** Buttons of pushed fragments ask for fragments only (hx-swap="none"). */
function takeFragments(event) {
  const { xhr, requestConfig } = event.detail;
  if (requestConfig.elt.getAttribute("hx-swap") !== "none") return;
  event.detail.shouldSwap = false;
  if (xhr.status === 200) taken(requestConfig.elt, xhr);
  if (xhr.status === 409 || xhr.status === 422) refuse(xhr.responseText);
}

/** @param {HTMLElement} by what was pressed or posted @param {XMLHttpRequest} answer */
function taken(by, answer) {
  const form = by.closest("form")?.closest("details");
  if (form) putAway(form);
  apply(answer.responseText, answer.asOf);
  if (by.dataset.undo) offerUndo(by.dataset);
  if (by.dataset.act === "scheduled-question") refuse(""); // it is answered
}

/** A small form that stands in a <details> has done its work. */
function putAway(details) {
  const focused = details.contains(document.activeElement);
  details.open = false; // before the swap, which keeps what is open
  if (focused) details.querySelector("summary").focus();
}

/** @param {DOMStringMap} told done: what happened, in words; undo: the address that takes it back */
export function offerUndo({ done, undo }) {
  const run = async () => {
    const answer = await post(undo, {}).catch(() => null);
    const html = (await answer?.text()) ?? "";
    if (answer?.ok) apply(html, answer.asOf);
    else refuse(html);
  };
  toast(done, { label: word("undo"), run });
}

/** @param {string} html a notice, beside the composer */
export function refuse(html) {
  const region = document.getElementById("composer-notice");
  if (region) htmx.swap(region, html, { swapStyle: "innerHTML", swapDelay: 0, settleDelay: 0 });
}

async function tellError(event) {
  const { xhr, elt } = event.detail;
  if (xhr.status === 401) return askForLogin();
  if (isStaleToken(xhr.status, xhr.getResponseHeader("HX-Trigger")) && !elt.dataset.again) {
    elt.dataset.again = "";
    await freshToken();
    return elt.click();
  }
  offerRetry(elt);
}

function offerRetry(elt) {
  toast(word("region-failed"), { label: word("try-again"), run: () => elt.click() });
}
