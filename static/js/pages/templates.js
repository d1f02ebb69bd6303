/** The pages of templates: what happens to one, or to the list, shows without a reload. */

const PROGRESS_MS = 1_000;
let waiting = 0;
let polling = 0;

/** @returns {HTMLElement | null} the part that is loaded again */
const region = () => document.getElementById("templates");

/** @param {string} id of a template, a draft, or the account whose list was read: the list shows them all */
function concerns(id) {
  const ids = region()?.dataset.refreshes.split(" ") ?? [];
  return ids.includes("*") || ids.includes(id);
}

/** Several events of one act come together: one answer is enough. */
function soon() {
  clearTimeout(waiting);
  waiting = setTimeout(load, 150);
}

async function load() {
  const shown = region();
  if (!shown) return;
  const answer = await fetch(location.href, { headers: { "HX-Request": "true" } }).catch(() => null);
  if (!answer?.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("templates");
  if (fresh) put(shown, fresh);
}

/** What somebody is typing into the filters stays, and so does the focus. */
function put(shown, fresh) {
  const filters = shown.querySelector(".filters");
  const kept = filters?.contains(document.activeElement) ? filters : null;
  const focused = shown.contains(document.activeElement) ? document.activeElement : null;
  const path = focused?.id ? `[id="${CSS.escape(focused.id)}"]` : focused?.getAttribute("href") ? `a[href="${focused.getAttribute("href")}"]` : "";
  if (kept) return htmx.swap("#template-rows", fresh.querySelector("#template-rows").outerHTML, { swapStyle: "outerHTML", swapDelay: 0, settleDelay: 0 });
  htmx.swap(shown, fresh.outerHTML, { swapStyle: "outerHTML", swapDelay: 0, settleDelay: 0 });
  if (path) region().querySelector(path)?.focus({ preventScroll: true });
  watch();
}

/** While a list is being read, here or by the worker, how far it is. */
function watch() {
  const reads = Boolean(region()?.querySelector("[data-reading]"));
  if (reads && !polling) polling = setInterval(load, PROGRESS_MS);
  if (!reads && polling) polling = void clearInterval(polling);
}

document.addEventListener("baton:stale", (event) => concerns(event.detail) && soon());
document.addEventListener("baton:refreshed", soon);
document.addEventListener("submit", (event) => event.target.matches("[data-sync]") && (polling ||= setInterval(load, PROGRESS_MS)));
watch();
