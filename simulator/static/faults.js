/** The list of faults on Graph's sends. */

import { byId, h } from "./dom.js";
import { control, onChange, world } from "./world.js";

const KINDS = [
  ["error", "Refuse with an error"],
  ["failed_status", "Accept, then fail"],
  ["http", "502 without JSON"],
  ["drop_before_accept", "Cut before accepting"],
  ["accept_then_drop", "Accept, then cut"],
  ["accept_then_slow", "Accept, answer after 60 s"],
  ["black_hole", "Never answer"],
  ["empty_200", "Empty 200"],
  ["object_200", "200 with {}"],
  ["truncated_200", "200 that breaks off"],
  ["two_ids_200", "200 with two ids"],
  ["no_statuses", "Accept, never report"],
];
const CODES = [
  [131047, "window closed"],
  [131026, "not reachable"],
  [131056, "pair rate"],
  [130429, "throughput"],
  [131000, "something went wrong"],
  [131016, "service unavailable"],
  [190, "token expired"],
  [368, "account blocked"],
  [131031, "account locked"],
  [131042, "payment"],
  [131048, "spam limit"],
  [131049, "marketing cap"],
  [131050, "stopped marketing"],
  [131053, "media refused"],
  [132001, "template unknown"],
  [132015, "template paused"],
  [133010, "not registered"],
];
const WITH_CODE = new Set(["error", "failed_status"]);
const labels = new Map(KINDS);
let shown = "";

function line(fault, index) {
  const code = WITH_CODE.has(fault.kind) ? ` ${fault.code}` : "";
  const often = fault.count < 0 ? "always" : `${fault.count} to go`;
  const drop = () => control("", { faults: world.news.switches.faults.filter((_, place) => place !== index) });
  const text = h("span", {}, `${labels.get(fault.kind) ?? fault.kind}${code}: ${often}`);
  return h("li", {}, text, h("button", { type: "button", onclick: drop }, "Remove"));
}

function update(news) {
  const faults = news.switches.faults;
  const now = JSON.stringify(faults);
  if (now === shown) return;
  shown = now;
  const lines = faults.map((fault, index) => fault.count !== 0 && line(fault, index));
  byId("fault-list").replaceChildren(...lines.filter(Boolean));
}

export function startFaults() {
  const options = (rows) => rows.map(([value, label]) => h("option", { value }, label));
  byId("fault-kind").append(...options(KINDS));
  byId("fault-code").append(...options(CODES.map(([code, label]) => [code, `${code} ${label}`])));
  byId("fault-kind").addEventListener("change", (event) => {
    byId("fault-code-row").hidden = !WITH_CODE.has(event.target.value);
  });
  byId("fault").addEventListener("submit", (event) => {
    event.preventDefault();
    const form = new FormData(event.target);
    const fault = { kind: form.get("kind"), count: Number(form.get("count")), code: Number(form.get("code")) };
    control("", { add_fault: fault });
  });
  onChange(update);
}
