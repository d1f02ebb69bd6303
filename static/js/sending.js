/** What becomes of a post: the bubble of the server for the quick one, or the words back in the box. */
import { refuse } from "./answers.js";
import { apply } from "./apply.js";
import { Draft } from "./drafts.js";
import { toast } from "./notices.js";
import * as outbox from "./outbox.js";
import * as pending from "./pending.js";
import { quote } from "./quote.js";
import { pointedAt } from "./tools.js";
import { word } from "./words.js";

const composerOf = (conversation) => document.querySelector(`baton-composer[data-conversation="${conversation}"]`);

export function start() {
  outbox.open({ answered, refused, waiting });
  document.addEventListener("baton:thread", showWaiting);
  document.addEventListener("click", clicked);
  document.addEventListener("baton:pending", () => link("")); // sent: the next is not an edit of it
  showWaiting();
}

/** @param {import("./outbox.js").Entry} entry @param {string} html @param {number} asOf */
function answered(entry, html, asOf) {
  apply(html, asOf);
  pending.remove(entry.token);
  composerOf(entry.conversation)?.dispatchEvent(new CustomEvent("baton:sent", { bubbles: true, detail: entry }));
}

/** @param {import("./outbox.js").Entry[]} entries @param {string} html "" when the server broke */
function refused(entries, html) {
  for (const { token } of entries) pending.remove(token);
  const composer = composerOf(entries[0].conversation);
  const notice = html || `<div class="notice" data-tone="bad" role="alert"><div class="notice__body"><p>${word("not-understood")}</p></div></div>`;
  if (!composer) return keepAsDraft(entries);
  if (entries[0].fields.template) composer.dispatchEvent(new CustomEvent("baton:refused", { bubbles: true, detail: notice }));
  else composer.takeBack(entries, notice);
}

/** Somebody has gone on to another conversation: the words wait where they were written. */
function keepAsDraft(entries) {
  const draft = new Draft(entries[0].conversation, "");
  const texts = [...entries.map((entry) => entry.fields.text ?? ""), draft.restored("")];
  draft.keepHere(texts.filter((text) => text.trim()).join("\n"));
  toast(word("kept-as-draft"));
}

/** @param {import("./outbox.js").Entry[]} entries */
function waiting(entries) {
  const line = document.querySelector("[data-waiting]");
  if (!line) return;
  line.hidden = entries.length === 0;
  line.textContent = word("not-posted", { n: entries.length });
}

/** After a reload, or with another conversation in between. */
function showWaiting() {
  for (const entry of outbox.all()) {
    const words = entry.shown ?? entry.fields.text;
    if (composerOf(entry.conversation) && words) pending.show(entry.token, words);
  }
}

function clicked(event) {
  const act = event.target.closest('[data-act="quote"], [data-act="edit-resend"]');
  const composer = document.querySelector("baton-composer");
  const bubble = act?.closest(".bubble") ?? (act && pointedAt());
  if (!bubble || !composer) return;
  if (act.dataset.act === "quote") return quote(composer, bubble);
  composer.fill(bubble.querySelector("[data-text]").textContent);
  link(bubble.id.slice("m-".length));
  composer.box.focus();
}

/** @param {string} id the failed message that the words in the box take the place of */
function link(id) {
  const field = document.getElementById("composer-form")?.elements.retry_of;
  if (field) field.value = id;
}
