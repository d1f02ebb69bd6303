/** What the page knows, kept fresh by one event stream. */

import { toast } from "./dom.js";

export const world = {
  seq: 0,
  epoch: "",
  news: null,
  offset: 0,
  customers: new Map(),
  messages: new Map(),
  numbers: [],
  customer: "dora",
  number: "",
};

let stream = null;
let listeners = [];

/** @param {(news: object) => void} listener called after every change */
export function onChange(listener) {
  listeners.push(listener);
}

/** The simulator's clock, in seconds. */
export const now = () => Date.now() / 1000 + world.offset;

/** Listen from what is known on; the chosen chat counts as looked at. */
export function connect() {
  stream?.close();
  if (document.hidden) return;
  const query = new URLSearchParams({ since: world.seq, customer: world.customer, number: world.number });
  stream = new EventSource(`events?${query}`);
  stream.addEventListener("message", (event) => take(JSON.parse(event.data)));
  stream.addEventListener("error", () => report("lost"));
}

function report(state) {
  const line = document.getElementById("connection");
  line.dataset.state = state;
  line.textContent = state === "lost" ? "Reconnecting…" : "";
}

function take(news) {
  report("live");
  if (world.epoch && world.epoch !== news.epoch) return startAfresh();
  const first = !world.epoch;
  Object.assign(world, { epoch: news.epoch, seq: news.seq, news, numbers: news.numbers });
  world.offset = news.now - Date.now() / 1000;
  for (const person of news.customers) world.customers.set(person.key, person);
  for (const message of news.messages) world.messages.set(message.wamid, message);
  if (first && !world.number) {
    world.number = news.numbers[0].id;
    connect();
  }
  for (const listener of listeners) listener(news);
}

function startAfresh() {
  world.customers.clear();
  world.messages.clear();
  Object.assign(world, { seq: 0, epoch: "", customer: "dora" });
  document.dispatchEvent(new Event("afresh"));
  connect();
}

/** Look at another chat. */
export function choose(customer, number = world.number) {
  Object.assign(world, { customer, number });
  connect();
}

/** The messages of the chosen chat, oldest first. */
export function chat() {
  const own = [...world.messages.values()].filter(isShown);
  return own.sort((a, b) => a.at - b.at);
}

/** Whether a message belongs to the chosen chat. */
export function isShown(message) {
  return message.customer === world.customer && message.number_id === world.number;
}

/** Call a control endpoint; a refusal is shown. */
export async function control(path, body) {
  const answer = await fetch(path ? `control/${path}` : "control", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  const result = await answer.json();
  if (!answer.ok) toast(result.error);
  return answer.ok ? result : null;
}

/** Send something as the chosen customer. */
export function say(content) {
  return control("customer-message", {
    customer: world.customer,
    phone_number_id: world.number,
    ...content,
  });
}

document.addEventListener("visibilitychange", () => (document.hidden ? stream?.close() : connect()));
