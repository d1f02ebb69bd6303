/** Starts the page: composer, panels, and the modules around the phone. */

import { byId } from "./dom.js";
import { startControls } from "./controls.js";
import { startEvents } from "./events.js";
import { redraw, startLog, takeQuote } from "./log.js";
import { startPeople } from "./people.js";
import { connect, onChange, say } from "./world.js";

const input = byId("phone-input");

async function send() {
  const text = input.value.trim();
  if (!text) return;
  input.value = "";
  const sent = await say({ kind: "text", text, reply_to: takeQuote() });
  if (!sent) input.value = text;
  input.focus();
}

function startComposer() {
  byId("composer").addEventListener("submit", (event) => {
    event.preventDefault();
    send();
  });
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    send();
  });
}

function panel(name) {
  document.body.dataset.panel = name;
  for (const tab of document.querySelectorAll("[role=tab]")) {
    const chosen = tab.id === `tab-${name}`;
    tab.setAttribute("aria-selected", String(chosen));
    tab.tabIndex = chosen ? 0 : -1;
  }
}

function startPanels() {
  const tabs = [...document.querySelectorAll("[role=tab]")];
  for (const tab of tabs) {
    tab.addEventListener("click", () => panel(tab.id.slice(4)));
    tab.addEventListener("keydown", (event) => {
      if (!["ArrowLeft", "ArrowRight"].includes(event.key)) return;
      const other = tabs[1 - tabs.indexOf(tab)];
      panel(other.id.slice(4));
      other.focus();
    });
  }
}

function sheet(open) {
  document.body.dataset.sheet = open ? "open" : "";
  byId("sheet-open").setAttribute("aria-expanded", String(open));
  (open ? document.querySelector("[role=tab][aria-selected=true]") : byId("sheet-open")).focus();
}

function startSheet() {
  byId("sheet-open").addEventListener("click", () => sheet(true));
  byId("sheet-close").addEventListener("click", () => sheet(false));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && document.body.dataset.sheet === "open") sheet(false);
  });
}

let drawn = false;
onChange(() => {
  if (!drawn) redraw();
  drawn = true;
});
startLog();
startPeople();
startEvents();
startControls();
startComposer();
startPanels();
startSheet();
connect();
