/** The buttons under a bubble, and what a tap sends. */

import { byId, h, icon, toast } from "./dom.js";
import { say } from "./world.js";

const ICONS = {
  url: "link",
  phone_number: "phone",
  copy_code: "copy",
  quick_reply: "reply",
  reply: "reply",
  flow: "file",
  location_request: "pin",
  contact_request: "person",
  request_contact_info: "person",
};

/** @param {object} message @param {object} [shown] a card, where the buttons are not the bubble's */
export function taps(message, shown = message.bubble) {
  const buttons = [...(shown.buttons ?? [])];
  if (shown.rows) buttons.push({ kind: "list", text: shown.list_button });
  if (!buttons.length) return null;
  return h("div", { class: "taps" }, ...buttons.map((button) => tap(message, shown, button)));
}

function tap(message, shown, button) {
  const onclick = () => act(message, shown, button);
  const name = ICONS[button.kind] ?? "list";
  return h("button", { type: "button", data: { tap: button.kind }, onclick }, icon(name), button.text);
}

function act(message, shown, button) {
  const reply_to = message.wamid;
  const answers = {
    quick_reply: () => say({ kind: "button", text: button.text, payload: button.payload, reply_to }),
    reply: () => say({ kind: "button_reply", id: button.id, title: button.text, reply_to }),
    list: () => choose(shown, reply_to),
    flow: () => say({ kind: "flow_reply", reply_to }),
    location_request: () => say({ kind: "location", reply_to }),
    contact_request: () => say({ kind: "contact_request", reply_to }),
    request_contact_info: () => say({ kind: "contact_request", reply_to }),
    copy_code: () => toast(`Copied: ${button.code}`),
    url: () => toast(`Opens ${button.url}`),
    phone_number: () => toast(`Calls ${button.phone}`),
  };
  (answers[button.kind] ?? (() => toast("This button does nothing here.")))();
}

/** The rows of a list message in a dialog. */
function choose(shown, reply_to) {
  const dialog = byId("rows");
  const pick = (row) => {
    dialog.close();
    say({ kind: "list_reply", id: row.id, title: row.title, description: row.description, reply_to });
  };
  dialog.replaceChildren(h("h2", { id: "rows-title" }, shown.list_button), ...rows(shown.rows, pick));
  dialog.showModal();
}

function rows(list, pick) {
  const nodes = [];
  let section = null;
  for (const row of list) {
    if (row.section && row.section !== section) nodes.push(h("h3", {}, row.section));
    section = row.section;
    const text = row.description && h("small", {}, row.description);
    nodes.push(h("button", { type: "button", onclick: () => pick(row) }, row.title, text));
  }
  return nodes;
}
