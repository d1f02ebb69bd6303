/**
 * <baton-composer>: the box and the picker under one state that the server pushes. The box is never
 * swapped; what it holds is the person's. Without this module the form posts like any other.
 */
import { refuse } from "./answers.js";
import { Draft } from "./drafts.js";
import { post } from "./http.js";
import { seen, tell } from "./live.js";
import * as outbox from "./outbox.js";
import * as pending from "./pending.js";
import { now } from "./ticks.js";
import { isAtEnd } from "./scroll.js";
import { newToken } from "./tokens.js";
import { made, word } from "./words.js";

const MOST = 4096; // UTF-16 units: what Meta counts, and what String.length counts
const COUNT_FROM = 3600;
const HOLD_MS = 45_000;
const TYPING_MS = 3_000;
const LONGEST_TIMER_MS = 2 ** 31 - 1;

class BatonComposer extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector(".composer__form");
    this.box = this.querySelector(".composer__text");
    this.picker = this.querySelector("[data-picker-box]");
    this.stop = new AbortController();
    this.draft = new Draft(this.dataset.conversation, this.dataset.draft);
    this.heldAt = this.typedAt = 0;
    this.crossed = false;
    this.box.value = this.draft.restored(this.box.value);
    this.listen();
    this.follow();
    this.grow();
  }

  disconnectedCallback() {
    this.draft.flush();
    clearTimeout(this.timer);
    this.stop.abort();
  }

  listen() {
    const on = (target, name, run) => target.addEventListener(name, run.bind(this), { signal: this.stop.signal });
    on(this.form, "submit", this.submit);
    on(this.box, "input", this.typed);
    on(this.box, "keydown", this.pressed);
    on(this, "click", this.clicked);
    on(document, "baton:applied", this.follow);
    on(document, "visibilitychange", this.follow);
    on(document, "baton:leaving", () => this.draft.flush());
    on(window, "pagehide", () => this.draft.flush());
  }

  get state() {
    return this.querySelector(".owner");
  }

  /** Mirrors the pushed state; flips by its own clock even when no event comes. */
  follow(event) {
    const { state } = this;
    const left = Date.parse(state.dataset.expiresAt ?? "") - now();
    clearTimeout(this.timer);
    if (state.dataset.state === "free" && left <= 0) this.close(state);
    else if (left > 0) this.timer = setTimeout(() => this.follow(), Math.min(left + 50, LONGEST_TIMER_MS));
    const region = this.closest(".composer");
    const reopened = region.dataset.state === "template" && state.dataset.state === "free";
    Object.assign(region.dataset, { state: state.dataset.state, ownerState: state.dataset.ownerState });
    this.box.placeholder = state.dataset.placeholder ?? this.box.placeholder;
    if (reopened && this.isPicking()) this.offerDraft();
    if (state.dataset.state === "template") this.loadPicker();
    this.advance(event?.detail?.put ?? []);
  }

  /**
   * `last_seen`: what this person has had before the eyes. A colleague's or the assistant's answer
   * that comes while something is being written does not count as seen: the server says so at Send.
   * @param {import("./apply.js").Put[]} put
   */
  advance(put) {
    const foreign = ({ element, entered }) => entered && element.matches(".bubble[data-outbound]:not([data-mine])");
    if (this.box.value.trim() && put.some(foreign)) this.crossed = true;
    if (this.crossed || document.hidden || !isAtEnd()) return;
    const last = this.form.elements.last_seen;
    last.value = String(Math.max(Number(last.value), seen()));
  }

  close(state) {
    state.dataset.state = "template";
    if (!state.querySelector(".owner__sentence")) {
      state.prepend(made("div", { class: "owner__line" }, made("span", { class: "owner__sentence" }, word("window-over"))));
    } else state.querySelector(".owner__sentence").textContent = word("window-over");
  }

  isPicking() {
    const inputs = [...this.picker.querySelectorAll("[data-picker-form] input[type=text]")];
    return this.picker.contains(document.activeElement) || inputs.some((input) => input.value !== input.defaultValue);
  }

  /** The customer wrote while a template is being filled: nothing is taken away, the box is offered. */
  offerDraft() {
    this.setAttribute("data-picking", "");
    const back = `<button class="button button--small button--primary" type="button" data-act="back-to-draft">${word("back-to-draft")}</button>`;
    refuse(`<div class="notice" data-tone="good"><div class="notice__body"><p class="notice__title">${word("window-open-again")}</p></div><div class="notice__actions">${back}</div></div>`);
  }

  loadPicker() {
    if (this.picker.childElementCount || this.loading) return;
    this.loading = true;
    htmx.ajax("GET", this.dataset.picker, { target: this.picker, swap: "innerHTML" }).finally(() => (this.loading = false));
  }

  typed() {
    this.grow();
    if (!this.box.value) this.crossed = false;
    this.draft.write(this.box.value);
    this.hold();
    if (Date.now() - this.typedAt < TYPING_MS) return;
    this.typedAt = Date.now();
    tell({ type: "typing", on: this.box.value !== "" });
  }

  grow() {
    const { box } = this;
    if (!CSS.supports("field-sizing", "content")) {
      box.style.blockSize = "auto";
      box.style.blockSize = `${box.scrollHeight}px`;
    }
    const [count, over] = [this.querySelector("[data-count]"), box.value.length - MOST];
    count.hidden = box.value.length < COUNT_FROM;
    count.toggleAttribute("data-over", over > 0);
    count.textContent = over > 0 ? word("too-long", { n: over }) : word("characters-left", { n: -over });
  }

  /** The first key pauses the assistant for 60 s: it never races a person who is writing. */
  hold() {
    if (this.state.dataset.ownerState !== "ai" || !this.box.value || Date.now() - this.heldAt < HOLD_MS) return;
    this.heldAt = Date.now();
    this.querySelector("[data-hint]").textContent = word("assistant-paused");
    post(this.dataset.hold, {}).catch(() => {});
  }

  pressed(event) {
    if (event.isComposing || event.keyCode === 229) return; // the Enter that ends an IME's word
    if (event.key === "Enter" && !event.shiftKey && !event.altKey) {
      event.preventDefault();
      this.form.requestSubmit();
    }
    if (event.key === "Escape" && !this.querySelector("[data-quote]").hidden) {
      event.stopPropagation();
      this.quote(null);
    }
  }

  submit(event) {
    event.preventDefault();
    const text = this.box.value;
    if (!text.trim() || text.length > MOST) return this.box.focus();
    this.advance([]);
    const fields = Object.fromEntries(new FormData(this.form, event.submitter));
    refuse("");
    pending.show(fields.form_token, text);
    outbox.send({ conversation: this.dataset.conversation, address: this.form.action, token: fields.form_token, fields });
    this.fill("");
    this.form.elements.form_token.value = newToken();
    this.quote(null);
  }

  /** @param {string} text */
  fill(text) {
    this.box.value = text;
    if (!text) this.crossed = false;
    this.grow();
    this.draft.write(text);
  }

  /**
   * Came back refused: the words return to the box, before what was typed since.
   * @param {import("./outbox.js").Entry[]} entries
   * @param {string} html
   */
  takeBack(entries, html) {
    const texts = [...entries.map((entry) => entry.fields.text), this.box.value].filter((text) => text.trim());
    this.fill(texts.join("\n"));
    this.form.elements.form_token.value = entries[0].token;
    refuse(html);
    this.box.focus({ preventScroll: true });
  }

  /** @param {Element | null} bubble that is answered */
  quote(bubble) {
    const place = this.querySelector("[data-quote]");
    this.form.elements.reply_to.value = bubble ? bubble.id.slice(2) : "";
    place.hidden = !bubble;
    place.replaceChildren();
    if (!bubble) return;
    const text = bubble.querySelector("[data-text]")?.textContent ?? bubble.querySelector(".card__title")?.textContent ?? "…";
    const name = made("span", { class: "quote__name" }, made("bdi", {}, bubble.dataset.sender || word("you")));
    const drop = made("button", { class: "icon-button", type: "button", "data-act": "unquote", title: word("hide") }, "×");
    place.append(made("div", { class: "quote" }, name, made("span", { class: "quote__text" }, text)), drop);
    this.box.focus();
  }

  clicked(event) {
    const act = event.target.closest("[data-act]");
    const run = {
      picker: () => (event.preventDefault(), this.setAttribute("data-picking", ""), this.loadPicker(), this.offerBack()),
      "back-to-draft": () => (this.removeAttribute("data-picking"), refuse(""), this.box.focus()),
      unquote: () => this.quote(null),
      // Read and edited: what the notice told counts as seen now.
      "edit-draft": () => (refuse(""), (this.crossed = false), this.box.focus()),
      "discard-draft": () => (refuse(""), this.fill(""), this.box.focus()),
      "use-suggestion": () => this.fill(act.closest(".suggestion").querySelector("[data-suggestion-text]").textContent),
    }[act?.dataset.act];
    run?.();
    if (act?.dataset.act === "use-suggestion") this.box.focus();
  }

  offerBack() {
    const back = `<button class="button button--small" type="button" data-act="back-to-draft">${word("back-to-draft")}</button>`;
    refuse(`<div class="composer__back">${back}</div>`);
  }
}

customElements.define("baton-composer", BatonComposer);
