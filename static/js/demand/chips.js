/** One file in the tray before the server has it: a chip with picture, name, size and progress. */
import { iconOf, sizeText } from "./fits.js";
import { icon, made, word } from "../words.js";

const SIDE = 96;

export class Chip {
  /** @param {File} file */
  constructor(file) {
    this.picture = made("span", { class: "attachment__picture" }, icon(file.name.startsWith("voice.") ? "mic" : iconOf(file.type)));
    this.more = made("p", { class: "attachment__more" }, sizeText(file.size));
    this.bar = made("progress", { class: "attachment__progress", max: "1", value: "0", "aria-label": file.name });
    const name = made("p", { class: "attachment__name cut" }, made("bdi", {}, file.name));
    this.acts = made("span", { class: "attachment__acts" });
    this.element = made("li", { class: "attachment", "data-uploading": "" }, this.picture, made("div", { class: "attachment__body" }, name, this.more, this.bar), this.acts);
    this.buttons(button("cancel-upload", "x", word("cancel")));
    if (file.type.startsWith("image/")) this.preview(file);
  }

  /** Small, as data: the policy of the page allows no address of a blob for pictures. */
  async preview(file) {
    const bitmap = await createImageBitmap(file).catch(() => null);
    if (!bitmap) return;
    const scale = Math.max(SIDE / bitmap.width, SIDE / bitmap.height);
    const canvas = made("canvas", { width: String(SIDE), height: String(SIDE) });
    const [width, height] = [bitmap.width * scale, bitmap.height * scale];
    canvas.getContext("2d").drawImage(bitmap, (SIDE - width) / 2, (SIDE - height) / 2, width, height);
    bitmap.close();
    this.picture.replaceChildren(made("img", { src: canvas.toDataURL("image/jpeg", 0.8), alt: "" }));
  }

  /** @param {number} part from 0 to 1; after it the server looks at the file */
  progress(part) {
    if (part < 1) this.bar.value = part;
    else this.bar.removeAttribute("value");
  }

  /** @param {string} sentence @param {{again?: boolean, asDocument?: boolean}} offers what may be tried */
  fail(sentence, { again = false, asDocument = false } = {}) {
    this.element.dataset.uploading = "failed";
    this.bar.remove();
    this.more.textContent = sentence;
    this.more.setAttribute("role", "alert");
    const drop = button("cancel-upload", "x", word("remove"));
    const retry = again ? [button("retry-upload", "retry", word("try-again"))] : [];
    const other = asDocument ? [button("as-document", "file-text", word("as-document"))] : [];
    this.buttons(...retry, ...other, drop);
  }

  buttons(...all) {
    this.acts.replaceChildren(...all);
  }
}

function button(act, name, label) {
  const hidden = made("span", { class: "visually-hidden" }, label);
  return made("button", { class: "icon-button", type: "button", "data-act": act, title: label }, icon(name), hidden);
}
