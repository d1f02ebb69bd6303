/**
 * Day lines, groups and the unread line: made by the page from what each item says (data-day,
 * data-look, data-sender), because a pushed bubble cannot know its neighbours.
 */
import { made, word } from "./words.js";

const GROUP_MS = 5 * 60_000;

export function start() {
  arrange();
  for (const name of ["baton:thread", "baton:older", "baton:newer", "baton:refreshed", "baton:pending", "baton:removed"]) document.addEventListener(name, arrange);
  document.addEventListener("baton:applied", (event) => {
    if (event.detail.put.some(({ element }) => element.dataset.into === "log")) arrange();
  });
}

export function arrange() {
  const log = document.getElementById("log");
  if (!log) return;
  for (const line of log.querySelectorAll(":scope > .day, :scope > .unread-line")) line.remove();
  const items = [...log.children].filter((item) => !item.matches("[data-older], [data-newer]"));
  const bubbles = items.map((item) => item.matches(".bubble") && item);
  items.forEach((item, at) => {
    if (bubbles[at]) group(bubbles[at], bubbles[at - 1], bubbles[at + 1]);
  });
  drawDays(items);
  drawUnread(items, log.dataset.unreadFrom ?? "");
}

function group(bubble, before, after) {
  const [joinsBefore, joinsAfter] = [joins(before, bubble), joins(bubble, after)];
  bubble.dataset.group = joinsBefore ? (joinsAfter ? "middle" : "last") : joinsAfter ? "first" : "only";
  if (isMine(bubble)) bubble.dataset.mine = "";
}

/** @param {HTMLElement} bubble @returns {boolean} whether the person at this page wrote it */
export const isMine = (bubble) => bubble.dataset.look === "agent" && bubble.dataset.sender === document.body.dataset.name;

const timeOf = (bubble) => Date.parse(bubble.querySelector(".status__time")?.dateTime ?? "");

/** @param {HTMLElement | false | undefined} first @param {HTMLElement | false | undefined} next */
function joins(first, next) {
  if (!first || !next || first.dataset.look !== next.dataset.look) return false;
  if ("pending" in next.dataset) return first.dataset.sender === document.body.dataset.name || "pending" in first.dataset;
  const near = timeOf(next) - timeOf(first) < GROUP_MS;
  return near && first.dataset.sender === next.dataset.sender && first.dataset.day === next.dataset.day;
}

function drawDays(items) {
  let day = "";
  for (const item of items) {
    if (item.dataset.day && item.dataset.day !== day) {
      day = item.dataset.day;
      item.before(made("div", { class: "day", "data-order": item.dataset.order }, item.dataset.dayLabel));
    }
  }
}

function drawUnread(items, from) {
  const first = from && items.find((item) => item.dataset.order >= from);
  if (first) first.before(made("div", { class: "unread-line", "data-unread-line": "", "data-order": first.dataset.order }, word("unread-from")));
}
