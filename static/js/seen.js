/** "Read" is told after one second in front of somebody's eyes; opening alone changes nothing. */
import { post } from "./http.js";
import { askForMarks } from "./live.js";

const LOOKED_MS = 1_000;
let timer = 0;

export function start() {
  for (const name of ["baton:thread", "baton:refreshed", "baton:newer"]) document.addEventListener(name, look);
  document.addEventListener("visibilitychange", look);
  addEventListener("focus", look);
  document.addEventListener("baton:applied", (event) => {
    const inbound = ({ element, entered }) => entered && element.matches(".bubble:not([data-outbound])");
    if (event.detail.put.some(inbound)) look();
  });
  document.addEventListener("click", (event) => {
    const act = event.target.closest('[data-act="unread"]');
    if (act) unread(act.dataset.address);
  });
  look();
}

function look() {
  clearTimeout(timer);
  timer = setTimeout(tell, LOOKED_MS, document.querySelector(".thread[data-conversation]"));
}

async function tell(thread) {
  if (!thread?.isConnected || document.hidden || !document.hasFocus()) return;
  if (thread.querySelector("#log > [data-newer]")) return; // what is new is not here yet
  await post(thread.dataset.seen, {}).catch(() => null);
  askForMarks();
}

async function unread(address) {
  clearTimeout(timer);
  await post(address, {}).catch(() => null);
  askForMarks();
}
