/** "(3) Inbox", "(99+) Inbox": how much is unread, in the title, the icon and the app's badge. Never a name. */
import { word } from "./words.js";

const MOST_SHOWN = 99; // the server counts one further

const plain = document.querySelector('link[rel="icon"]');

export function start() {
  if (!document.getElementById("unread-total")) return;
  draw();
  for (const name of ["baton:thread", "baton:applied", "baton:refreshed"]) document.addEventListener(name, draw);
}

function draw() {
  const count = Number(document.getElementById("unread-total")?.dataset.count ?? 0);
  const place = word(document.querySelector(".thread[data-conversation]") ? "conversation" : "inbox");
  const shown = count > MOST_SHOWN ? `${MOST_SHOWN}+` : count;
  const title = `${count ? `(${shown}) ` : ""}${place} · Baton`;
  if (document.title !== title) document.title = title;
  const icon = plain?.href.replace(/favicon(-unread)?\.svg/, count ? "favicon-unread.svg" : "favicon.svg");
  if (plain && plain.href !== icon) plain.href = icon;
  if (count) navigator.setAppBadge?.(count).catch(() => {});
  else navigator.clearAppBadge?.().catch(() => {});
}
