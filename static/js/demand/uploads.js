/** Files on their way to the server, two at a time; each tells how far it is, and can be stopped. */
import { freshToken, isStaleToken } from "../http.js";
import { askForLogin } from "../session.js";
import { word } from "../words.js";

const AT_ONCE = 2;
const NOT_AGAIN = [413, 415, 422]; // the file itself is refused

/** @type {Upload[]} */
let waiting = [];
let running = 0;

export class Upload {
  /**
   * @param {string} address
   * @param {File} file
   * @param {Record<string, string>} fields posted beside the file
   * @param {{progress: (part: number) => void, done: (html: string) => void, failed: (sentence: string, again: boolean) => void}} hears
   */
  constructor(address, file, fields, hears) {
    Object.assign(this, { address, file, fields, hears });
    /** @type {XMLHttpRequest | null} fetch() tells nothing of what has left */
    this.request = null;
    this.repeated = false;
  }

  start() {
    waiting.push(this);
    next();
  }

  stop() {
    waiting = waiting.filter((one) => one !== this);
    this.request?.abort();
  }

  send() {
    const request = (this.request = new XMLHttpRequest());
    request.upload.addEventListener("progress", ({ loaded, total }) => this.hears.progress(total ? loaded / total : 0));
    request.addEventListener("load", () => this.answered(request));
    request.addEventListener("error", () => this.hears.failed(word("upload-lost"), true));
    request.addEventListener("loadend", () => (running--, next()));
    request.open("POST", this.address);
    request.setRequestHeader("HX-Request", "true");
    request.send(this.body());
  }

  body() {
    const data = new FormData();
    data.append("csrfmiddlewaretoken", document.querySelector("#act [name=csrfmiddlewaretoken]")?.value ?? "");
    for (const [name, value] of Object.entries(this.fields)) data.append(name, value);
    data.append("file", this.file, this.file.name);
    return data;
  }

  async answered(request) {
    const { status, responseText } = request;
    if (status === 201) return this.hears.done(responseText);
    if (isStaleToken(status, request.getResponseHeader("HX-Trigger")) && !this.repeated) {
      this.repeated = true;
      await freshToken();
      return this.start();
    }
    if (status === 401) askForLogin();
    const refused = NOT_AGAIN.includes(status);
    const sentence = refused ? new DOMParser().parseFromString(responseText, "text/html").body.textContent.trim() : "";
    this.hears.failed(sentence || word("upload-failed"), !refused);
  }
}

function next() {
  while (running < AT_ONCE && waiting.length) {
    running++;
    waiting.shift().send();
  }
}
