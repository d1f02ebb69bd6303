/** Who is played, and what that person can send besides words. */

import { byId, h, icon, toast } from "./dom.js";
import { redraw } from "./log.js";
import { choose, control, onChange, say, world } from "./world.js";

const AD = {
  source_url: "https://fb.me/kettle",
  source_id: "120210000000000000",
  source_type: "ad",
  headline: "Kettles that whistle",
  body: "Write to us for the winter offer.",
  media_type: "image",
  image_url: "https://shop.example/winter.jpg",
  ctwa_clid: "ARAkLkA8rmlFeiCktEJQ",
};
const SAMPLES = [
  ["image", "Photo", { kind: "image", caption: "Is this the blue one?" }],
  ["video", "Video", { kind: "video" }],
  ["mic", "Voice", { kind: "voice" }],
  ["music", "Audio", { kind: "audio" }],
  ["file", "Document", { kind: "document", filename: "Reçu n° 2026/118.pdf" }],
  ["sticker", "Sticker", { kind: "sticker" }],
  ["pin", "Location", { kind: "location", name: "Uhuru Park", address: "Kenyatta Avenue, Nairobi" }],
  ["person", "Contact", { kind: "contacts" }],
  ["megaphone", "From an ad", { kind: "text", text: "Hello! I saw your ad.", referral: AD }],
  ["phone", "My number", { kind: "contact_request" }],
  ["question", "Unknown", { kind: "unsupported" }],
];

function menu(open) {
  byId("samples").hidden = !open;
  byId("attach").setAttribute("aria-expanded", String(open));
  (open ? byId("samples").querySelector("button") : byId("phone-input")).focus();
}

function startMenu() {
  const inside = (target) => byId("samples").contains(target) || byId("attach").contains(target);
  byId("attach").addEventListener("click", () => menu(byId("samples").hidden));
  document.addEventListener("click", (event) => {
    if (!byId("samples").hidden && !inside(event.target)) menu(false);
  });
  byId("samples").addEventListener("keydown", (event) => event.key === "Escape" && menu(false));
}

function samples() {
  return SAMPLES.map(([name, label, content]) => {
    const send = () => {
      say(content);
      if (!byId("samples").hidden) menu(false);
    };
    return h("button", { type: "button", data: { sample: content.kind }, onclick: send }, icon(name), label);
  });
}

function unread(key) {
  const waiting = (m) => m.customer === key && m.direction === "outbound" && m.status === "delivered";
  return key === world.customer ? 0 : [...world.messages.values()].filter(waiting).length;
}

function update() {
  const rows = [...world.customers.values()].map((person) => {
    const news = unread(person.key);
    return [person.key, news ? `${person.name} (${news} new)` : person.name];
  });
  fill(byId("customer"), rows, world.customer);
  fill(byId("number"), world.numbers.map((n) => [n.id, `+${n.display}`]), world.number);
  byId("number-row").hidden = world.numbers.length < 2;
  facts(world.customers.get(world.customer));
}

/** New options only where they differ: an open list must not close under the pointer. */
function fill(box, rows, chosen) {
  const now = JSON.stringify(rows);
  if (box.dataset.rows !== now) box.replaceChildren(...rows.map(([value, label]) => h("option", { value }, label)));
  box.dataset.rows = now;
  box.value = chosen;
}

function facts(person) {
  if (!person) return;
  const number = person.wa_id ? `+${person.wa_id}` : "Hides the number";
  byId("customer-facts").textContent = [number, person.username && `@${person.username}`, person.bsuid].filter(Boolean).join(" · ");
}

function look(customer, number = world.number) {
  choose(customer, number);
  redraw();
  update();
}

async function add(event) {
  event.preventDefault();
  const form = Object.fromEntries(new FormData(event.target));
  const made = await control("customer", form);
  if (!made) return;
  event.target.reset();
  look(made.customer);
}

async function sendFile(event) {
  const [file] = event.target.files;
  if (!file) return;
  if (file.size > 16 * 1024 * 1024) return toast("Too large for this phone: 16 MB at most.");
  const base64 = await readBase64(file);
  const mime_type = file.type || "application/octet-stream";
  const stored = await control("upload", { base64, mime_type, filename: file.name, phone_number_id: world.number });
  const kind = ["image", "video", "audio"].find((word) => mime_type.startsWith(`${word}/`)) ?? "document";
  if (stored) say({ kind, media_id: stored.media_id, filename: file.name });
  event.target.value = "";
}

function readBase64(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener("load", () => resolve(reader.result.split(",")[1]));
    reader.addEventListener("error", reject);
    reader.readAsDataURL(file);
  });
}

export function startPeople() {
  byId("sample-grid").append(...samples());
  byId("samples").append(...samples());
  startMenu();
  byId("customer").addEventListener("change", (event) => look(event.target.value));
  byId("number").addEventListener("change", (event) => look(world.customer, event.target.value));
  byId("newcomer").addEventListener("submit", add);
  byId("own-file").addEventListener("change", sendFile);
  document.addEventListener("afresh", redraw);
  onChange(update);
}
