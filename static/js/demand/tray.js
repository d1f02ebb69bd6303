/**
 * <baton-tray>: the files of the next message, in the order shown. Chips that the server has are rows
 * of its own and come with the page; those on their way are ours until it answers.
 */
import { Chip } from "./chips.js";
import { complaint, fitsAsDocument } from "./fits.js";
import { post } from "../http.js";
import { dress } from "../dress.js";
import * as outbox from "../outbox.js";
import { keep, kept } from "../session.js";
import { Upload } from "./uploads.js";
import { word } from "../words.js";

/** @typedef {{chip: Chip, upload: Upload | null, then: (id: string) => void, file?: File}} Job */

/** What is on its way, by conversation: it goes on while another one is looked at. @type {Map<string, Set<Job>>} */
const jobs = new Map();
/** Chips that were sent and not answered for, by the token of their post. @type {Map<string, Element[]>} */
const sent = new Map();

class BatonTray extends HTMLElement {
  connectedCallback() {
    dress();
    this.list = this.querySelector(".tray__list");
    this.name = `tray:${this.dataset.conversation}`;
    this.limits = JSON.parse(this.dataset.limits);
    this.restore();
    this.list.append(...[...this.jobs].map((job) => job.chip.element));
    this.addEventListener("click", (event) => this.clicked(event));
    this.addEventListener("input", () => this.remember());
    this.changed();
  }

  /** @returns {Set<Job>} */
  get jobs() {
    if (!jobs.has(this.dataset.conversation)) jobs.set(this.dataset.conversation, new Set());
    return jobs.get(this.dataset.conversation);
  }

  /** @returns {HTMLElement[]} the chips that the server has */
  get ready() {
    return [...this.list.querySelectorAll("[data-attachment]")];
  }

  /** @returns {string} what Send waits for, or "" */
  get waitsFor() {
    const failed = this.list.querySelectorAll("[data-uploading=failed]").length;
    const running = this.list.querySelectorAll("[data-uploading]").length - failed;
    if (failed) return word("files-failed", { n: failed });
    return running ? word("files-running", { n: running }) : "";
  }

  /** @param {Iterable<File>} files */
  add(files) {
    for (const file of files) this.put(file, {}, complaint(file, this.limits));
  }

  /**
   * @param {File} file @param {Record<string, string>} fields @param {string} wrong why it cannot go
   * @param {(id: string) => void} then with the id that the server gave it
   */
  put(file, fields, wrong = "", then = () => {}) {
    const chip = new Chip(file);
    const job = { chip, upload: null, then };
    this.jobs.add(job);
    this.list.append(chip.element);
    if (wrong) this.object(job, file, wrong);
    else this.start(job, file, fields);
    chip.element.scrollIntoView({ block: "nearest" });
    this.changed();
  }

  /** It stays, with what may be done about it. */
  object(job, file, wrong) {
    job.file = file;
    job.chip.fail(wrong, { asDocument: fitsAsDocument(file, this.limits) });
  }

  start(job, file, fields) {
    job.upload = new Upload(this.dataset.address, file, fields, {
      progress: (part) => job.chip.progress(part),
      done: (html) => this.arrived(job, html),
      failed: (sentence, again) => (job.chip.fail(sentence, { again }), changed()),
    });
    job.upload.start();
  }

  /** @param {Job} job @param {string} html of the chip */
  arrived(job, html) {
    this.jobs.delete(job);
    const fresh = new DOMParser().parseFromString(html, "text/html").querySelector("[data-attachment]");
    job.chip.element.replaceWith(fresh);
    changed();
    job.then(fresh.dataset.attachment);
  }

  clicked(event) {
    const act = event.target.closest("[data-act]")?.dataset.act;
    const chip = event.target.closest(".attachment");
    const job = [...this.jobs].find((one) => one.chip.element === chip);
    if (act === "cancel-upload") this.cancel(job);
    if (act === "retry-upload") this.again(job);
    if (act === "as-document") (this.cancel(job), this.put(job.file, { goes_as: "document" }));
    if (act === "remove-attachment") (event.preventDefault(), this.remove(chip, event.target.closest("[formaction]").formAction));
    if (act === "earlier") this.move(chip, chip.previousElementSibling, "before");
    if (act === "later") this.move(chip, chip.nextElementSibling, "after");
  }

  cancel(job) {
    job.upload?.stop();
    this.jobs.delete(job);
    this.leave(job.chip.element);
  }

  again(job) {
    const { file, fields } = job.upload;
    this.jobs.delete(job);
    job.chip.element.remove();
    this.put(file, fields, "", job.then);
  }

  /** Gone at once here; what the server still has comes back with the next page. */
  async remove(chip, address) {
    this.leave(chip);
    await post(address, {}).catch(() => {});
  }

  /** The focus goes to the next chip, or to the box. */
  leave(chip) {
    const next = chip.nextElementSibling ?? chip.previousElementSibling;
    const focused = chip.contains(document.activeElement);
    chip.remove();
    this.changed();
    if (focused) (next?.querySelector("button:last-of-type") ?? this.closest("form").querySelector("textarea")).focus();
  }

  move(chip, other, where) {
    if (!other) return;
    const button = document.activeElement;
    other[where](chip);
    button.focus();
    this.changed();
  }

  /** Order and captions are this tab's until they are sent. */
  remember() {
    const shown = this.ready.map((chip) => [chip.dataset.attachment, chip.querySelector("[name^=caption]")?.value ?? ""]);
    keep(this.name, shown.length ? JSON.stringify(shown) : "");
  }

  restore() {
    const gone = new Set(outbox.all().flatMap((entry) => entry.pairs ?? []).map(([, id]) => id));
    for (const chip of this.ready) if (gone.has(chip.dataset.attachment)) chip.remove();
    for (const [id, caption] of JSON.parse(kept(this.name) || "[]")) {
      const chip = this.list.querySelector(`[data-attachment="${id}"]`);
      if (!chip) continue;
      this.list.append(chip);
      const box = chip.querySelector("[name^=caption]");
      if (box) box.value = caption;
    }
  }

  changed() {
    this.remember();
    this.dispatchEvent(new CustomEvent("baton:tray", { bubbles: true }));
  }

  /** They leave with this post. @param {string} token @param {Element[]} chips */
  take(token, chips) {
    sent.set(token, chips);
    for (const chip of chips) chip.remove();
    this.changed();
  }

  /** The post was refused. @param {string} token */
  giveBack(token) {
    this.list.prepend(...(sent.get(token) ?? []));
    sent.delete(token);
    this.changed();
  }
}

/** Whichever tray is shown now: it may be another one than where the file was put. */
const changed = () => document.querySelector("baton-tray")?.changed();

document.addEventListener("baton:sent", (event) => sent.delete(event.detail.token));
customElements.define("baton-tray", BatonTray);
