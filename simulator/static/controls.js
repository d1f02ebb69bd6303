/** The control column: switches that show the simulator's state and change it. */

import { startConnection } from "./connection.js";
import { byId, exactTimeOf, h, toast } from "./dom.js";
import { startFaults } from "./faults.js";
import { control, now, onChange, world } from "./world.js";

const RULES = [
  ["window", "24-hour window", "131047 when the customer has been silent"],
  ["pair", "Pair rate", "131056 after 45 messages in a burst"],
  ["opt_out", "STOP ends marketing", "131050 for marketing templates"],
  ["auto_read", "Customers read at once", "even when no phone shows the chat"],
];
const WEBHOOKS = [
  ["hold", "Hold back", "until it is switched off"],
  ["duplicate", "Send twice", ""],
  ["reorder", "Turn the order round", ""],
  ["batch", "Several in one body", ""],
];

function switchRow(group, [key, label, note]) {
  const input = h("input", { type: "checkbox", role: "switch", data: { group, key } });
  input.addEventListener("change", () => {
    const on = key === "duplicate" ? Number(input.checked) : input.checked;
    control("", { [group]: { [key]: on } });
  });
  return h("label", { class: "switch" }, h("span", {}, label, note && h("small", {}, note)), input);
}

function update(news) {
  for (const input of document.querySelectorAll(".switch input")) {
    input.checked = Boolean(news.switches[input.dataset.group][input.dataset.key]);
  }
  select("throughput", news.switches.rules.throughput);
  select("latency", news.switches.latency_ms[1]);
  const { sent, delivered, read } = news.switches.delays;
  select("delays", [sent, delivered, read].join(","));
}

function select(id, value) {
  const box = byId(id);
  if ([...box.options].some((option) => option.value === String(value))) box.value = String(value);
}

function startSelects() {
  const send = (id, changes) => byId(id).addEventListener("change", (event) => control("", changes(event.target.value)));
  send("throughput", (value) => ({ rules: { throughput: Number(value) } }));
  send("latency", (value) => ({ latency_ms: Number(value) }));
  send("delays", (value) => {
    const [sent, delivered, read] = value.split(",").map(Number);
    return { delays: { sent, delivered, read } };
  });
}

function startButtons() {
  const press = (id, act) => byId(id).addEventListener("click", act);
  press("lose-next", () => control("", { webhooks: { lose: 1 } }) && toast("The next webhook gets lost."));
  press("forge-next", () => control("", { webhooks: { wrong_signature: 1 } }) && toast("The next signature is wrong."));
  press("reset-switches", () => control("reset", { only: "switches" }));
  press("reset-world", () => confirm("Empty the world? Messages and files are gone.") && control("reset", {}));
}

function startClock() {
  const tick = () => (byId("clock").textContent = `${exactTimeOf(now())}`);
  setInterval(tick, 1000);
  for (const button of document.querySelectorAll("[data-clock]")) {
    button.addEventListener("click", () => {
      const step = Number(button.dataset.clock);
      control("", { clock_offset_s: step ? world.news.clock_offset_s + step : 0 });
    });
  }
  onChange((news) => {
    const hours = Math.round(news.clock_offset_s / 360) / 10;
    byId("clock-offset").textContent = hours ? `${hours > 0 ? "+" : ""}${hours} h from now` : "as on the wall";
  });
}

/** Read again each time the list is opened: templates are made and deleted meanwhile. */
async function listTemplates() {
  const { templates } = await (await fetch("control/templates")).json();
  const box = byId("template-name");
  const chosen = box.value;
  const option = (row) => h("option", { value: `${row.name} ${row.language}` }, `${row.name} (${row.language}): ${row.status.toLowerCase()}`);
  const waiting = (row) => (row.status === "PENDING" ? 0 : 1);
  box.replaceChildren(...templates.sort((a, b) => waiting(a) - waiting(b)).map(option));
  if ([...box.options].some((one) => one.value === chosen)) box.value = chosen;
}

async function startTemplates() {
  await listTemplates();
  byId("template-name").addEventListener("pointerenter", listTemplates);
  byId("template-name").addEventListener("focus", listTemplates);
  byId("template").addEventListener("submit", async (event) => {
    event.preventDefault();
    const form = new FormData(event.target);
    const [name, language] = form.get("template").split(" ");
    if (await control("template", { name, language, status: form.get("status"), reason: form.get("reason") })) toast(`${name}: ${form.get("status")}`);
    listTemplates();
  });
}

export function startControls() {
  byId("rules").append(...RULES.map((row) => switchRow("rules", row)));
  byId("webhook-switches").append(...WEBHOOKS.map((row) => switchRow("webhooks", row)));
  startSelects();
  startButtons();
  startClock();
  startTemplates();
  startFaults();
  startConnection();
  onChange(update);
}
