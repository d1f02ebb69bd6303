/**
 * The two faces of the composer, box and picker: which one shows follows the pushed state and the
 * clock. What somebody is filling in is never taken away; the other face is offered instead.
 */
import { refuse } from "./answers.js";
import { sheet } from "./sheets.js";
import { now } from "./ticks.js";
import { made, word } from "./words.js";

const LONGEST_TIMER_MS = 2 ** 31 - 1;

export class Faces {
  /** @param {HTMLElement} composer the <baton-composer> */
  constructor(composer) {
    this.composer = composer;
    this.picker = composer.querySelector("[data-picker-box]");
    this.timer = 0;
    this.loading = false;
  }

  /** @returns {DOMStringMap} of the element that the server replaces: state, ownerState, expiresAt … */
  get state() {
    return this.composer.querySelector(".owner").dataset;
  }

  leave() {
    clearTimeout(this.timer);
  }

  /** Mirrors the pushed state; flips by its own clock even when no event comes. */
  follow() {
    const { state, composer } = this;
    const left = Date.parse(state.expiresAt ?? "") - now();
    clearTimeout(this.timer);
    if (state.state === "free" && left <= 0) this.close();
    else if (left > 0) this.timer = setTimeout(() => this.follow(), Math.min(left + 50, LONGEST_TIMER_MS));
    const region = composer.closest(".composer").dataset;
    const reopened = region.state === "template" && state.state === "free";
    Object.assign(region, { state: state.state, ownerState: state.ownerState });
    composer.box.placeholder = state.placeholder ?? composer.box.placeholder;
    if (reopened && this.isFilling()) this.offerDraft();
    if (state.state === "template") this.load();
  }

  close() {
    const owner = this.composer.querySelector(".owner");
    const sentence = owner.querySelector(".owner__sentence") ?? made("span", { class: "owner__sentence" });
    owner.dataset.state = "template";
    sentence.textContent = word("window-over");
    if (!sentence.isConnected) owner.prepend(made("div", { class: "owner__line" }, sentence));
  }

  isFilling() {
    const inputs = [...this.picker.querySelectorAll("[data-picker-form] input[name^='var:']")];
    return this.picker.contains(document.activeElement) || inputs.some((input) => input.value !== input.defaultValue);
  }

  /** The customer wrote while a template is being filled. */
  offerDraft() {
    this.composer.setAttribute("data-picking", "");
    const title = `<div class="notice__body"><p class="notice__title">${word("window-open-again")}</p></div>`;
    refuse(`<div class="notice" data-tone="good">${title}<div class="notice__actions">${back("button--primary")}</div></div>`);
  }

  /** A template although text may be sent: because the person asked for it. */
  pick() {
    this.composer.setAttribute("data-picking", "");
    refuse(`<div class="composer__back">${back("")}</div>`);
    this.load();
  }

  write() {
    this.composer.removeAttribute("data-picking");
    refuse("");
  }

  async load() {
    if (this.picker.childElementCount || this.loading) return;
    this.loading = true;
    await sheet(this.picker.dataset.sheet);
    htmx.ajax("GET", this.composer.dataset.picker, { target: this.picker, swap: "innerHTML" }).finally(() => (this.loading = false));
  }
}

const back = (look) => `<button class="button button--small ${look}" type="button" data-act="back-to-draft">${word("back-to-draft")}</button>`;
