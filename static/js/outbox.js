/**
 * What was written and not yet answered for: posted one after the other, in order, again after a
 * loss of the net with the same one-use token, so that it is sent once. Survives a reload.
 */
import { post } from "./http.js";
import { askForLogin, keep, kept } from "./session.js";

/**
 * @typedef {{conversation: string, address: string, token: string, fields: Record<string, string>, pairs?: [string, string][], shown?: string}} Entry
 * pairs: fields whose name comes several times, in their order. shown: the words of its quick bubble.
 */
/** @typedef {{answered: (entry: Entry, html: string, asOf: number) => void, refused: (entries: Entry[], html: string) => void, waiting: (entries: Entry[]) => void}} Listener */

/** @type {Entry[]} */
let entries = [];
/** @type {Listener} */
let listener = { answered() {}, refused() {}, waiting() {} };
let busy = false;
let tries = 0;
let timer = 0;

/** @param {Listener} by hears what became of the entries */
export function open(by) {
  listener = by;
  entries = JSON.parse(kept("outbox") || "[]");
  addEventListener("online", () => pump());
  if (entries.length) pump();
}

/** @returns {readonly Entry[]} what has not been answered for */
export const all = () => entries;

/** @param {Entry} entry */
export function send(entry) {
  entries.push(entry);
  save();
  pump();
}

async function pump() {
  clearTimeout(timer);
  if (busy) return;
  busy = true;
  while (entries.length && (await deliver(entries[0])));
  busy = false;
}

/** @returns {Promise<boolean>} whether to go on with the next */
async function deliver(entry) {
  const answer = await post(entry.address, [...Object.entries(entry.fields), ...(entry.pairs ?? [])]).catch(() => null);
  if (!answer || [502, 503, 504].includes(answer.status)) return again();
  if (answer.status === 401 || answer.type === "opaqueredirect") return askForLogin(), false;
  tries = 0;
  const html = await answer.text();
  if (answer.ok) {
    drop((one) => one === entry);
    listener.answered(entry, html, answer.asOf);
  } else {
    // What was written after a refused one waits for the same decision.
    const back = drop((one) => one.conversation === entry.conversation);
    listener.refused(back, [409, 422].includes(answer.status) ? html : "");
  }
  return true;
}

function again() {
  listener.waiting(entries);
  timer = setTimeout(pump, Math.min(15_000, 1_000 * 2 ** tries++));
  return false;
}

function drop(which) {
  const gone = entries.filter(which);
  entries = entries.filter((one) => !which(one));
  save();
  listener.waiting(tries ? entries : []);
  return gone;
}

function save() {
  keep("outbox", entries.length ? JSON.stringify(entries) : "");
}
