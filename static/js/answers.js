/** Answers to htmx requests: fragments go through apply.js, refusals to their region, the rest is told. */
import { apply } from "./apply.js";
import { freshToken, isStaleToken } from "./http.js";
import { seen } from "./live.js";
import { toast } from "./notices.js";
import { askForLogin } from "./session.js";
import { word } from "./words.js";

export function start() {
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
  if (xhr.status === 200) apply(xhr.responseText, seen());
  if (xhr.status === 409 || xhr.status === 422) refuse(xhr.responseText);
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
