/**
 * <baton-composer>: the box and the picker under one state that the server pushes. The box is never
 * swapped; what it holds is the person's. Without this module the form posts like any other.
 */
import { refuse } from "./answers.js";
import { isMine } from "./days.js";
import { Draft } from "./drafts.js";
import { Faces } from "./faces.js";
import { post } from "./http.js";
import { seen, tell } from "./live.js";
import { toast } from "./notices.js";
import * as outbox from "./outbox.js";
import * as pending from "./pending.js";
import { quote } from "./quote.js";
import { isAtEnd } from "./scroll.js";
import { newToken } from "./tokens.js";
import { word } from "./words.js";

const MOST = 4096; // UTF-16 units: what Meta counts, and what String.length counts
const COUNT_FROM = 3600;
const LINK = /https?:\/\/\S/i;
const SLASH = /(^|\s)\/[^\s/]*$/; // canned replies are asked for
const HOLD_MS = 45_000;
const TYPING_MS = 3_000;
const SETTLED_MS = 1_000;

class BatonComposer extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector(".composer__form");
    this.box = this.querySelector(".composer__text");
    this.files = this.querySelector("[data-files]");
    this.files.removeAttribute("name"); // the tray uploads them; only without script they go with the form
    this.faces = new Faces(this);
    this.stop = new AbortController();
    this.draft = new Draft(this.dataset.conversation, this.dataset.draft);
    this.heldAt = this.typedAt = 0;
    this.crossed = false;
    this.box.value = this.draft.restored(this.box.value);
    this.listen();
    this.follow();
    this.grow();
    // At once where files wait; else when the page has settled, so that a lost net finds it here.
    const wait = this.tray.querySelector(".attachment") ? 0 : SETTLED_MS;
    setTimeout(() => this.loadTray(), wait);
  }

  disconnectedCallback() {
    this.draft.flush();
    this.faces.leave();
    this.stop.abort();
  }

  listen() {
    const on = (target, name, run) => target.addEventListener(name, run.bind(this), { signal: this.stop.signal });
    on(this.form, "submit", this.submit);
    on(this.box, "input", this.typed);
    on(this.box, "keydown", this.pressed);
    on(this, "click", this.clicked);
    on(this, "baton:tray", this.waits);
    on(this.files, "change", this.chosen);
    on(document, "baton:applied", this.follow);
    on(document, "visibilitychange", this.follow);
    on(document, "baton:leaving", () => this.draft.flush());
    on(window, "pagehide", () => this.draft.flush());
  }

  /** The state may have changed, and what was seen with it. */
  follow(event) {
    this.faces.follow();
    this.advance(event?.detail?.put ?? []);
  }

  /**
   * `last_seen`: what this person has had before the eyes. A colleague's or the assistant's answer
   * that comes while something is being written does not count as seen: the server says so at Send.
   * @param {import("./apply.js").Put[]} put
   */
  advance(put) {
    const foreign = ({ element, entered }) => entered && element.matches(".bubble[data-outbound]") && !isMine(element);
    if (this.box.value.trim() && put.some(foreign)) this.crossed = true;
    if (this.crossed || document.hidden || !isAtEnd()) return;
    const last = this.form.elements.last_seen;
    last.value = String(Math.max(Number(last.value), seen()));
  }

  typed() {
    this.grow();
    if (!this.box.value) this.crossed = false;
    this.draft.write(this.box.value);
    this.hold();
    if (SLASH.test(this.box.value.slice(0, this.box.selectionStart))) import("./demand/canned.js").then((canned) => canned.offer(this), () => {});
    const on = this.box.value !== "";
    if (on && Date.now() - this.typedAt < TYPING_MS) return;
    this.typedAt = on ? Date.now() : 0;
    tell({ type: "typing", on });
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
    this.querySelector("[data-link-preview]").toggleAttribute("data-shown", LINK.test(box.value));
  }

  /** The first key pauses the assistant for 60 s: it never races a person who is writing. */
  hold() {
    if (this.faces.state.ownerState !== "ai" || !this.box.value || Date.now() - this.heldAt < HOLD_MS) return;
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
      quote(this, null);
    }
  }

  submit(event) {
    event.preventDefault();
    const text = this.box.value;
    const chips = this.tray.ready ?? [];
    if ((!text.trim() && !chips.length) || text.length > MOST) return this.box.focus();
    if (this.tray.waitsFor) return this.waits();
    this.advance([]);
    this.post(new FormData(this.form, event.submitter), text, chips);
    this.form.elements.preview_url.checked = false;
    this.fill("");
  }

  /**
   * @param {FormData} data @param {string} text @param {HTMLElement[]} chips of the files that go with it
   */
  post(data, text, chips) {
    const pairs = chips.map((chip) => ["attachment", chip.dataset.attachment]);
    data.delete("attachment");
    const fields = Object.fromEntries(data);
    const names = chips.map((chip) => chip.querySelector(".attachment__name").textContent.trim());
    const shown = [...names, text].filter(Boolean).join("\n");
    refuse("");
    pending.show(fields.form_token, shown);
    this.tray.take?.(fields.form_token, chips);
    outbox.send({ conversation: this.dataset.conversation, address: this.form.action, token: fields.form_token, fields, pairs, shown });
    this.form.elements.form_token.value = newToken();
    quote(this, null);
  }

  /** A voice note goes by itself: what is half written stays in the box, other files stay in the tray. */
  sendVoice(file) {
    this.tray.put(file, { voice: "1" }, "", (id) => {
      const chip = this.tray.list.querySelector(`[data-attachment="${id}"]`);
      if (!chip || !this.isConnected) return; // another conversation is open meanwhile: it waits in the tray of its own
      this.advance([]);
      const data = new FormData(this.form);
      data.set("text", "");
      this.post(data, "", [chip]);
    });
  }

  /** @returns {any} what it can, it can from the first file on: see loadTray */
  get tray() {
    return this.querySelector("baton-tray");
  }

  /** @returns {Promise<any>} the tray, or undefined when its module cannot be had just now */
  loadTray() {
    return import("./demand/tray.js").then(() => this.tray, () => undefined);
  }

  /** @param {File[]} files */
  async attach(files) {
    const tray = await this.loadTray();
    if (tray) tray.add(files);
    else toast(word("region-failed"), { label: word("try-again"), run: () => this.attach(files) });
  }

  chosen() {
    this.attach([...this.files.files]);
    this.files.value = "";
    this.box.focus();
  }

  async record() {
    const recorder = await import("./demand/recorder.js").catch(() => null);
    if (recorder && (await this.loadTray())) this.querySelector("baton-recorder").open();
    else toast(word("region-failed"), { label: word("try-again"), run: () => this.record() });
  }

  /** Send says what it waits for. */
  waits() {
    const reason = this.tray.waitsFor ?? "";
    this.querySelector("#composer-send").setAttribute("aria-disabled", String(reason !== ""));
    this.querySelector("[data-hint]").textContent = reason;
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
    for (const { token } of entries) this.tray.giveBack?.(token);
    quote(this, document.getElementById(`m-${entries[0].fields.reply_to}`));
    refuse(html);
    this.box.focus({ preventScroll: true });
  }

  clicked(event) {
    const act = event.target.closest("[data-act]");
    const run = {
      picker: () => (event.preventDefault(), this.faces.pick()),
      "back-to-draft": () => (this.faces.write(), this.box.focus()),
      unquote: () => quote(this, null),
      attach: () => (event.preventDefault(), this.files.click()),
      record: () => this.record(),
      // Read and edited: what the notice told counts as seen now.
      "edit-draft": () => (refuse(""), (this.crossed = false), this.box.focus()),
      "discard-draft": () => (refuse(""), this.fill(""), this.box.focus()),
      "use-suggestion": () => this.fill(act.closest(".suggestion").querySelector("[data-suggestion-text]").textContent),
    }[act?.dataset.act];
    run?.();
    if (act?.dataset.act === "use-suggestion") this.box.focus();
  }

}

customElements.define("baton-composer", BatonComposer);
