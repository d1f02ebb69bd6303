/** The event log: webhooks with Baton's answer, and calls to Graph. */

import { byId, exactTimeOf, h, icon } from "./dom.js";
import { onChange } from "./world.js";

const KEPT = 120;
const VERSION = /^\/v\d+\.\d+\//;
const list = byId("event-log");
const WORDS = { sending: "on its way", lost: "lost", given_up: "given up", cut: "cut", hang: "no answer" };

function update(news) {
  byId("accepted").textContent = news.accepted;
  byId("held").textContent = news.held;
  byId("held-figure").hidden = !news.held;
  byId("webhook-line").textContent = news.webhook_url ? `Webhooks go to ${news.webhook_url}` : "No webhook address is set.";
  const rows = [...news.deliveries.map(delivery), ...news.calls.map(call)];
  rows.sort((a, b) => a.seq - b.seq).forEach(show);
  while (list.children.length > KEPT) list.lastElementChild.remove();
}

function delivery(row) {
  const ok = row.status === 200;
  const tone = ok ? "good" : row.state === "sending" ? "idle" : row.state === "lost" ? "warn" : "bad";
  const tries = row.attempts > 1 ? ` · try ${row.attempts}` : "";
  return {
    id: `d${row.id}`,
    seq: row.seq,
    mark: "in",
    what: row.summary,
    when: `${exactTimeOf(row.at)} · webhook${row.took_ms ? ` · ${row.took_ms} ms` : ""}${tries}`,
    result: row.status ?? WORDS[row.state] ?? "no answer",
    tone,
    answer: row.answer,
  };
}

function call(row) {
  const ok = row.result === "200";
  return {
    id: `c${row.seq}`,
    seq: row.seq,
    mark: "out",
    what: `${row.method} ${row.path.replace(VERSION, "/")}`,
    title: `${row.method} ${row.path}`,
    when: `${exactTimeOf(row.at)} · Graph · ${row.took_ms} ms`,
    result: WORDS[row.result] ?? row.result,
    tone: ok ? "good" : "bad",
    answer: row.answer,
  };
}

function show(row) {
  const old = document.getElementById(row.id);
  const open = old?.querySelector("details")?.open ?? false;
  const fresh = h("li", { class: "event", id: row.id }, details(row, open));
  if (old) old.replaceWith(fresh);
  else list.prepend(fresh);
}

function details(row, open) {
  return h(
    "details",
    { open },
    h(
      "summary",
      {},
      icon(row.mark),
      h("span", { class: "what", title: row.title ?? row.what }, row.what),
      h("span", { class: "result", data: { tone: row.tone } }, String(row.result)),
      h("span", { class: "when" }, row.when),
    ),
    h("pre", { tabindex: "0" }, row.answer || "(empty answer)"),
  );
}

export function startEvents() {
  onChange(update);
  document.addEventListener("afresh", () => list.replaceChildren());
}
