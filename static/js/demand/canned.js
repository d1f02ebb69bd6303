/** The slash in the box: a list of canned replies above it, by arrows, Enter and Escape. */
import { dress } from "../dress.js";
import { post } from "../http.js";
import { word } from "../words.js";

const TERM = /(?:^|\s)\/([^\s/]*)$/;
/** @type {WeakMap<HTMLElement, Canned>} by composer */
const made = new WeakMap();

/** From the menu: as if the slash had been typed. */
export function run() {
  const composer = document.querySelector("baton-composer");
  const { box } = composer;
  const before = box.value.slice(0, box.selectionStart);
  box.focus();
  box.setRangeText(/\S$/.test(before) ? " /" : "/", box.selectionStart, box.selectionEnd, "end");
  box.dispatchEvent(new Event("input", { bubbles: true }));
}

/** @param {HTMLElement} composer in whose box a slash has been typed */
export function offer(composer) {
  if (!made.has(composer)) made.set(composer, new Canned(composer));
  made.get(composer).follow();
}

class Canned {
  constructor(composer) {
    this.composer = composer;
    this.box = composer.box;
    this.list = document.createElement("div");
    Object.assign(this.list, { id: "canned-list", className: "canned", role: "listbox", hidden: true });
    this.list.setAttribute("aria-label", word("canned-replies"));
    composer.querySelector(".composer__form").prepend(this.list);
    this.asked = 0;
    this.box.addEventListener("input", () => this.follow());
    this.box.addEventListener("keydown", (event) => this.pressed(event), { capture: true }); // before Enter sends
    this.box.addEventListener("blur", () => this.close());
    this.list.addEventListener("pointerdown", (event) => event.target.closest("a") || event.preventDefault()); // the box keeps the focus
    this.list.addEventListener("click", (event) => this.choose(event.target.closest("[role=option]")));
  }

  get term() {
    const { box } = this;
    return box.selectionStart === box.selectionEnd ? TERM.exec(box.value.slice(0, box.selectionStart)) : null;
  }

  async follow() {
    const { term } = this;
    const turn = ++this.asked;
    if (!term) return this.close();
    const address = `${this.composer.dataset.canned}?${new URLSearchParams({ q: term[1] })}`;
    const asked = fetch(address, { headers: { "HX-Request": "true" } }).catch(() => null);
    const [answer] = await Promise.all([asked, dress()]);
    if (turn !== this.asked || !answer?.ok || answer.redirected) return;
    const html = await answer.text();
    if (turn === this.asked) this.show(html);
  }

  /** @param {string} html inert until the list has it */
  show(html) {
    const parsed = new DOMParser().parseFromString(html, "text/html");
    this.list.replaceChildren(...parsed.body.children);
    if (!this.list.children.length) return this.close();
    this.list.hidden = false;
    const combobox = { role: "combobox", "aria-expanded": "true", "aria-controls": "canned-list", "aria-autocomplete": "list" };
    for (const [name, value] of Object.entries(combobox)) this.box.setAttribute(name, value);
    this.mark(this.offers[0]);
  }

  close() {
    this.asked += 1;
    if (this.list.hidden) return;
    this.list.hidden = true;
    for (const name of ["role", "aria-expanded", "aria-controls", "aria-autocomplete", "aria-activedescendant"]) this.box.removeAttribute(name);
  }

  /** @returns {HTMLElement[]} */
  get offers() {
    return [...this.list.querySelectorAll("[role=option]")];
  }

  get marked() {
    return this.list.querySelector('[aria-selected="true"]');
  }

  /** @param {HTMLElement | undefined} offered */
  mark(offered) {
    for (const one of this.offers) one.setAttribute("aria-selected", String(one === offered));
    if (!offered) return this.box.removeAttribute("aria-activedescendant");
    this.box.setAttribute("aria-activedescendant", offered.id);
    offered.scrollIntoView({ block: "nearest" });
  }

  pressed(event) {
    if (this.list.hidden || event.isComposing || event.keyCode === 229) return;
    const { offers, marked } = this;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const takes = (event.key === "Enter" && !event.shiftKey) || event.key === "Tab";
    if (event.key === "Escape") this.close();
    else if (step && marked) this.mark(offers.at((offers.indexOf(marked) + step) % offers.length));
    else if (takes && marked) this.choose(marked);
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  /** @param {HTMLElement | null} offered its text takes the place of what was typed */
  choose(offered) {
    const { box, term } = this;
    if (!offered || !term) return;
    const { text, missing, use } = offered.dataset;
    const start = box.selectionStart - term[1].length - 1;
    box.setRangeText(text, start, box.selectionStart, "end");
    box.dispatchEvent(new Event("input", { bubbles: true }));
    this.close();
    const at = missing ? start + text.indexOf(missing) : -1;
    if (missing) box.setSelectionRange(at, at + missing.length);
    this.composer.querySelector("[data-hint]").textContent = missing ? word("fill-in") : "";
    post(use, {}).catch(() => {}); // only counted
  }
}
