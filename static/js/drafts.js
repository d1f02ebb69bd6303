/** One draft per conversation: in the tab at once, on the server within two seconds. */
import { post } from "./http.js";
import { keep, kept } from "./session.js";

const SERVER_MS = 1_500;

export class Draft {
  /** @param {string} conversation @param {string} address */
  constructor(conversation, address) {
    this.name = `draft:${conversation}`;
    this.address = address;
    this.timer = 0;
    this.text = "";
  }

  /** @param {string} fromServer @returns {string} the newer one: this tab's, if it has one */
  restored(fromServer) {
    return kept(this.name) || fromServer;
  }

  /** @param {string} text for when its conversation is opened again */
  keepHere(text) {
    keep(this.name, text);
  }

  /** @param {string} text as it stands; "" only when the person emptied the box */
  write(text) {
    this.text = text;
    keep(this.name, text);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), SERVER_MS);
  }

  flush() {
    if (!this.timer) return;
    clearTimeout(this.timer);
    this.timer = 0;
    // Lost with the net: the tab has it, and the next key tries again.
    post(this.address, { text: this.text }, { keepalive: true }).catch(() => {});
  }
}
