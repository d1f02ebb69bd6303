/** The chat on the phone: bubbles in order, days, typing, and a scroll that stays where one reads. */

import { bubble, idOf, summary } from "./bubble.js";
import { byId, dayOf, h, hidden, timeOf } from "./dom.js";
import { chat, isShown, now, onChange, world } from "./world.js";

const NEAR_END = 60;
const GROUP_S = 300;
const HIDDEN_KINDS = new Set(["reaction"]);
const log = byId("phone-log");
let quoteWamid = null;
let typingTimer = 0;

/** The wamid that the next message quotes, taken once. */
export function takeQuote() {
  const wamid = quoteWamid;
  quote(null);
  return wamid;
}

function quote(message) {
  quoteWamid = message?.wamid ?? null;
  byId("quote-box").hidden = !message;
  byId("quote-text").textContent = message ? summary(message) : "";
  if (message) byId("phone-input").focus();
}

/** Draw the whole chat. */
export function redraw() {
  quote(null);
  const messages = chat().filter((message) => !HIDDEN_KINDS.has(message.kind));
  log.replaceChildren(...messages.map(make));
  if (!messages.length) log.append(h("p", { class: "empty" }, "Write to the business, or wait for it to write."));
  arrange();
  log.scrollTop = log.scrollHeight;
}

const make = (message) => bubble(message, { onQuote: quote });

function update(news) {
  const stuck = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_END;
  const changed = news.messages.filter((m) => isShown(m) && !HIDDEN_KINDS.has(m.kind));
  changed.sort((a, b) => a.at - b.at).forEach(place);
  if (changed.length) arrange();
  head(news);
  if (stuck) log.scrollTop = log.scrollHeight;
  byId("to-end").hidden = stuck || (!changed.some(isNews) && byId("to-end").hidden);
}

const isNews = (message) => message.direction === "outbound" && message.status === "delivered";

function place(message) {
  const old = document.getElementById(idOf(message.wamid));
  if (old) return swap(old, message);
  const later = [...log.querySelectorAll(".bubble[data-wamid]")].find((box) => Number(box.dataset.at) > message.at);
  log.insertBefore(make(message), later ?? log.querySelector(".typing"));
}

/** Replace a bubble, but leave a playing sound or a loaded picture in place. */
function swap(old, message) {
  const fresh = make(message);
  for (const kind of [".picture", ".sound", ".sticker"]) {
    const [kept, made] = [old.querySelector(kind), fresh.querySelector(kind)];
    if (kept && made) made.replaceWith(kept);
  }
  const focused = old.contains(document.activeElement);
  old.replaceWith(fresh);
  if (focused) fresh.querySelector("button")?.focus();
}

/** Days between, and who begins a group. */
function arrange() {
  for (const line of log.querySelectorAll(".day")) line.remove();
  const boxes = [...log.querySelectorAll(".bubble[data-wamid]")];
  if (boxes.length) log.querySelector(".empty")?.remove();
  boxes.forEach((box, index) => {
    const [before, at] = [boxes[index - 1], Number(box.dataset.at)];
    if (!before || dayOf(at) !== dayOf(Number(before.dataset.at))) box.before(h("p", { class: "day" }, dayOf(at)));
    const sameSpeaker = before?.dataset.direction === box.dataset.direction;
    box.toggleAttribute("data-first", !sameSpeaker || at - Number(before.dataset.at) > GROUP_S);
  });
}

function head(news) {
  const number = world.numbers.find((entry) => entry.id === world.number);
  const person = world.customers.get(world.customer);
  if (!number || !person) return;
  byId("business-name").textContent = number.verified_name;
  byId("business-initials").textContent = number.verified_name.slice(0, 1);
  byId("me-chip").textContent = person.name;
  byId("phone-input").dir = person.language === "ar" ? "rtl" : "auto";
  const entry = news.typing.find((t) => t.customer === world.customer && t.number_id === world.number);
  typing(entry?.until, `+${number.display}`);
}

function typing(until, number) {
  clearTimeout(typingTimer);
  const left = (until ?? 0) - now();
  const line = byId("business-line");
  line.textContent = left > 0 ? "typing…" : number;
  line.toggleAttribute("data-typing", left > 0);
  log.querySelector(".typing")?.remove();
  if (left <= 0) return;
  const dots = h("div", { class: "bubble typing", data: { direction: "outbound" } }, h("i"), h("i"), h("i"));
  dots.append(hidden("The business is typing"));
  log.append(dots);
  typingTimer = setTimeout(() => typing(0, number), left * 1000);
}

export function startLog() {
  onChange(update);
  byId("quote-drop").addEventListener("click", () => quote(null));
  byId("to-end").addEventListener("click", () => {
    log.scrollTop = log.scrollHeight;
    byId("to-end").hidden = true;
  });
  const tick = () => (byId("phone-time").textContent = timeOf(now()));
  tick();
  setInterval(tick, 1000);
  log.addEventListener("load", () => log.scrollHeight - log.scrollTop - log.clientHeight < 400 && (log.scrollTop = log.scrollHeight), true);
}
