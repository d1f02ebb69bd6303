/** The panes again, quietly, when the server cannot replay what was missed. Drafts are not touched. */
import { apply } from "./apply.js";

/** What came onto the page while fresh panes were on their way: they may be older than that. */
const meanwhile = [];
let underway = 0;
document.addEventListener("baton:applied", ({ detail }) => underway && meanwhile.push(detail));

/** @returns {Promise<void>} after list and thread equal a fresh page */
export async function refresh() {
  underway += 1;
  try {
    await load();
  } finally {
    underway -= 1;
    if (!underway) meanwhile.length = 0;
  }
}

async function load() {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } }).catch(() => null);
  if (answer?.status === 404) return location.assign(document.querySelector(".head__back")?.href ?? "/inbox/"); // erased, or seen no more
  if (!answer?.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  swapList(fresh);
  swapThread(fresh);
  // Thread and list are read one after the other: what happened between them is in the list alone.
  const seq = Math.min(...[fresh.body, fresh.querySelector(".thread[data-seq]")].filter(Boolean).map((one) => Number(one.dataset.seq)));
  for (const newer of [...meanwhile]) if (newer.seq > seq) apply(newer.html, newer.seq, newer.how);
  document.dispatchEvent(new CustomEvent("baton:refreshed"));
}

function swapList(fresh) {
  const [shown, body] = [document.getElementById("list-body"), fresh.getElementById("list-body")];
  if (!shown || !body) return;
  const top = shown.scrollTop;
  htmx.swap(shown, body.innerHTML, { swapStyle: "innerHTML", swapDelay: 0, settleDelay: 0 });
  shown.scrollTop = top;
}

function swapThread(fresh) {
  const [shown, thread] = [document.querySelector(".thread[data-conversation]"), fresh.querySelector(".thread")];
  if (!shown || shown.dataset.conversation !== thread?.dataset.conversation) return;
  const seq = Number(thread.dataset.seq);
  const pending = [...shown.querySelectorAll("[data-pending]")];
  htmx.swap(document.getElementById("log"), fresh.getElementById("log").innerHTML, { swapStyle: "innerHTML", swapDelay: 0, settleDelay: 0 });
  document.getElementById("log").append(...pending);
  shown.dataset.seq = String(seq);
  const parts = [".head", ".owner", ".panel > .panel__section"].map((name) => fresh.querySelector(name)?.outerHTML ?? "");
  apply(parts.join(""), seq);
}
