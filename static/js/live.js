/**
 * The socket: frames in order, one cursor, back within seconds after anything. Pushes are hints about
 * data the server has; whatever is missed is replayed from `since` or loaded again (resync).
 */
import { apply } from "./apply.js";
import { refresh } from "./refresh.js";
import { askForLogin, empty } from "./session.js";
import { word } from "./words.js";

const SILENCE_MS = 25_000; // the server speaks every 10 s
const LONGEST_WAIT_MS = 20_000;
const NOT_LOGGED_IN = 4401;
const NO_ACCESS = 4403;

let socket = /** @type {WebSocket | null} */ (null);
let cursor = 0;
let tries = 0;
let heardAt = 0;
let lostAt = 0;
let ended = false;
let timer = 0;
let asking = 0;
let askedAt = 0;

/** @returns {number} every event up to it is on the page */
export const seen = () => cursor;

export function start() {
  if (!document.body.dataset.seq) return;
  cursor = Number(document.body.dataset.seq);
  lostAt = Date.now();
  connect();
  setInterval(check, 1_000);
  addEventListener("online", connectNow);
  addEventListener("offline", () => show());
  addEventListener("pageshow", (event) => event.persisted && location.reload());
  document.addEventListener("visibilitychange", () => document.hidden || connectNow());
  // A paused number concerns many conversations: one row changed, its open panes load again.
  document.addEventListener("baton:stale", ({ detail }) => document.querySelector(detail === "labels" ? "[data-hue]" : `.head[data-number="${detail}"], .thread[data-conversation="${detail}"]`) && refresh());
  document.addEventListener("baton:thread", () => tell({ type: "viewing", conversation: conversation() || null, seen: shownTo() }));
}

/** @param {object} message to the server: viewing, typing, beat */
export function tell(message) {
  if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
}

/** @returns {string} the newest event that the open thread's page knew: the server adds what came since */
const shownTo = () => document.querySelector(".thread[data-conversation]")?.dataset.seq ?? "";

const conversation = () => document.querySelector(".thread[data-conversation]")?.dataset.conversation ?? "";

function connect() {
  clearTimeout(timer);
  timer = 0;
  const address = new URL("/ws/", location.href);
  address.protocol = location.protocol === "https:" ? "wss:" : "ws:";
  address.searchParams.set("since", String(cursor));
  address.searchParams.set("conversation", conversation());
  address.searchParams.set("seen", shownTo());
  const mine = new WebSocket(address);
  socket = mine;
  heardAt = Date.now();
  mine.addEventListener("message", (event) => socket === mine && hear(JSON.parse(event.data)));
  mine.addEventListener("close", (event) => socket === mine && lost(event.code));
  show();
}

function connectNow() {
  if (ended || (socket && Date.now() - heardAt < SILENCE_MS)) return;
  drop();
  connect();
}

function drop() {
  const old = socket;
  socket = null;
  old?.close();
}

function hear(frame) {
  heardAt = Date.now();
  lostAt = 0;
  tries = 0; // on the first message, not on open: a server that closes at once is no server
  if (frame.type === "events" && frame.seq > cursor) take(frame);
  if (frame.type === "thread") apply(frame.html, frame.seq);
  if (frame.type === "beat") cursor = Math.max(cursor, frame.seq);
  if (frame.type === "resync") resync(frame.seq);
  if (frame.type === "beat" || frame.type === "resync") tell({ type: "beat", seq: cursor });
  if (frame.type === "presence") document.dispatchEvent(new CustomEvent("baton:presence", { detail: frame }));
  show();
}

function take(frame) {
  if (frame.html) apply(frame.html, frame.seq);
  cursor = frame.seq;
  if (frame.html) askForMarks();
}

async function resync(seq) {
  cursor = seq ?? cursor;
  await refresh();
  askForMarks();
}

function lost(code) {
  socket = null;
  lostAt ||= Date.now();
  if (code === NOT_LOGGED_IN || code === NO_ACCESS) {
    ended = true;
    if (code === NOT_LOGGED_IN) askForLogin();
    else empty(); // nobody reads on what they may no longer see
  } else {
    // Full jitter: two hundred tabs do not come back in the same second.
    const most = Math.min(LONGEST_WAIT_MS, 500 * 2 ** tries++);
    timer = setTimeout(connect, Math.random() * most);
  }
  show(code);
}

/** Once a second: a half-open socket is silent; a long loss is told. */
function check() {
  if (socket && Date.now() - heardAt > SILENCE_MS) {
    drop();
    lost(0);
  }
  show();
}

function show(code) {
  const open = socket?.readyState === WebSocket.OPEN && !lostAt;
  const away = lostAt ? Date.now() - lostAt : 0;
  const offline = ended || !navigator.onLine || away > 15_000;
  document.body.dataset.live = open ? "open" : offline ? "offline" : "connecting";
  const status = document.getElementById("live-status");
  const text = open || (away < 3_000 && !ended) ? "" : code === NO_ACCESS ? word("no-access") : word(offline ? "offline" : "reconnecting");
  if (status && status.textContent !== text && !(ended && code === undefined)) status.textContent = text;
}

/** One GET for this person's own view: unread marks, counts, rows that enter or leave. Coalesced. */
export function askForMarks() {
  const rows = document.getElementById("rows");
  if (!rows || asking) return;
  const soonest = Math.max(0, askedAt + 1_000 - Date.now());
  asking = setTimeout(fetchMarks, Math.max(soonest, 150 + Math.random() * 250), rows);
}

async function fetchMarks(rows) {
  askedAt = Date.now();
  const address = new URL(document.body.dataset.marks, location.href);
  const ids = [...rows.children].map((row) => row.id.slice("row-".length)).join(",");
  const query = { view: rows.dataset.view, search: rows.dataset.search, have: ids, thread: conversation() };
  for (const [name, value] of Object.entries(query)) address.searchParams.set(name, value ?? "");
  const at = cursor;
  asking = 0;
  try {
    const answer = await fetch(address, { headers: { "HX-Request": "true" } });
    if (answer.ok) apply(await answer.text(), at, { enter: true });
  } catch {
    // Offline: the next event asks again.
  }
}
