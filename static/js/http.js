/** Posts of the modules: the token of #act, fresh once if it was stale, and a login when there is none. */
import { seen } from "./live.js";

/** @returns {HTMLInputElement | null} */
const token = () => document.querySelector("#act [name=csrfmiddlewaretoken]");

/**
 * @param {string} address
 * @param {Record<string, string> | Iterable<[string, string]>} fields pairs where a name comes twice
 * @param {{keepalive?: boolean}} how
 * @returns {Promise<Response & {asOf: number}>} rejects when the net is away; asOf: the last event that the page had
 * seen when it asked. The answer may know nothing newer, whatever has been pushed by the time it arrives.
 */
export async function post(address, fields, how = {}) {
  const asOf = seen();
  return Object.assign(await postWell(address, fields, how), { asOf });
}

async function postWell(address, fields, how) {
  const answer = await postOnce(address, fields, how);
  if (!isStaleToken(answer.status, answer.headers.get("HX-Trigger"))) return answer;
  await freshToken();
  return postOnce(address, fields, how); // one-use form tokens make a repeat safe
}

function postOnce(address, fields, how) {
  const data = new FormData();
  for (const [name, value] of Symbol.iterator in fields ? fields : Object.entries(fields)) data.append(name, value);
  data.set("csrfmiddlewaretoken", token()?.value ?? "");
  const body = new URLSearchParams(data);
  return fetch(address, { method: "POST", body, headers: { "HX-Request": "true" }, redirect: "manual", ...how });
}

/** @param {number} status @param {string | null} trigger @returns {boolean} */
export const isStaleToken = (status, trigger) => status === 403 && /csrf/i.test(trigger ?? "");

/** Another tab logged in: this page's token is old. The page itself brings the new one. */
export async function freshToken() {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector("#act [name=csrfmiddlewaretoken]");
  if (!fresh) return;
  for (const input of document.querySelectorAll("[name=csrfmiddlewaretoken]")) input.value = fresh.value;
}
