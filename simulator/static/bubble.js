/** One message as a bubble. */

import { h, hidden, icon, timeOf } from "./dom.js";
import { marked } from "./markup.js";
import { fileOf } from "./media.js";
import { taps } from "./taps.js";
import { say, world } from "./world.js";

const TICKS = {
  sent: ["tick", "Sent", ""],
  delivered: ["ticks", "Delivered", ""],
  read: ["ticks", "Read", "read"],
};

/** The element for a message; it replaces an older one of the same wamid. */
export function bubble(message, { onQuote }) {
  const shown = message.bubble;
  const wide = shown.rows || shown.cards || shown.buttons;
  const box = h(
    "article",
    {
      class: wide ? "bubble wide" : "bubble",
      id: idOf(message.wamid),
      data: {
        wamid: message.wamid,
        direction: message.direction,
        kind: message.kind,
        status: message.status,
        at: message.at,
      },
    },
    shown.template && h("p", { class: "origin" }, `Template: ${shown.template}`),
    ...content(message),
    message.error && h("p", { class: "error" }, `Not delivered: ${message.error.title} (${message.error.code})`),
    meta(message),
    reactions(message),
    taps(message),
    acts(message, onQuote),
  );
  if (Object.values(message.reactions).some(Boolean)) box.dataset.reacted = "";
  return box;
}

export const idOf = (wamid) => `m-${wamid}`;

function content(message) {
  const shown = message.bubble;
  return [
    quoted(shown.reply_to),
    ...head(shown.header),
    ...fileOf(shown),
    shown.text && h("div", { class: "words", dir: "auto" }, marked(shown.text)),
    shown.cards && h("div", { class: "cards", tabindex: "0" }, ...shown.cards.map((card) => tile(message, card))),
    odd(message),
    shown.footer && h("p", { class: "bubble-foot", dir: "auto" }, shown.footer),
  ];
}

function head(header) {
  if (!header) return [];
  return [...fileOf(header), header.text && h("p", { class: "bubble-head", dir: "auto" }, header.text)];
}

function tile(message, card) {
  return h(
    "div",
    { class: "card-tile" },
    ...head(card.header),
    card.text && h("div", { class: "words", dir: "auto" }, marked(card.text)),
    taps(message, card),
  );
}

/** Words for what has none of its own. */
function odd(message) {
  const words = {
    unsupported: "Something WhatsApp does not pass on",
    revoke: "Deleted a message",
    order: "An order",
    reaction: `Reacted with ${message.raw?.reaction?.emoji ?? "an emoji"}`,
  };
  const text = message.bubble.text ? null : words[message.kind];
  return text && h("p", { class: "bubble-foot" }, text);
}

function quoted(wamid) {
  if (!wamid) return null;
  const original = world.messages.get(wamid);
  const jump = () => document.getElementById(idOf(wamid))?.scrollIntoView({ block: "center" });
  return h("button", { class: "quoted", type: "button", dir: "auto", onclick: jump }, summary(original));
}

/** A few words that stand for a message. */
export function summary(message) {
  if (!message) return "An earlier message";
  const text = message.bubble.text ?? message.bubble.header?.text ?? message.kind;
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

function meta(message) {
  const own = message.direction === "inbound";
  const [name, word, look] = TICKS[message.status] ?? [];
  return h(
    "p",
    { class: "meta" },
    h("time", { datetime: new Date(message.at * 1000).toISOString() }, timeOf(message.at)),
    own && name && icon(name, look),
    own && name && hidden(word),
    message.error && icon("alert", "trouble"),
  );
}

function reactions(message) {
  const given = Object.values(message.reactions).filter(Boolean);
  return given.length ? h("span", { class: "reactions", title: "Reactions" }, ...given) : null;
}

function acts(message, onQuote) {
  if (message.kind === "reaction") return null;
  const mine = message.direction === "inbound";
  const liked = message.reactions.customer;
  const react = () => say({ kind: "reaction", wamid_of: message.wamid, emoji: liked ? "" : "👍" });
  return h(
    "span",
    { class: "acts" },
    act("reply", "Quote", () => onQuote(message)),
    act("smile", liked ? "Take the thumb back" : "Thumb up", react),
    mine && act("trash", "Delete", () => say({ kind: "revoke", wamid_of: message.wamid })),
  );
}

function act(name, label, onclick) {
  return h("button", { type: "button", title: label, onclick }, icon(name), hidden(label));
}
