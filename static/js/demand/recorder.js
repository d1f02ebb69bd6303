/**
 * <baton-recorder>: a voice note, recorded here, listened to before it goes. Without MediaRecorder or
 * a microphone it says why. What is sent is an upload like any file; the server makes Ogg/Opus of it.
 */
import { refuse } from "../answers.js";
import { dress } from "../dress.js";
import { Level } from "./level.js";
import { icon, made, word } from "../words.js";

const TYPES = ["audio/ogg;codecs=opus", "audio/webm;codecs=opus", "audio/mp4"];
const BITS_PER_S = 32_000; // an hour stays below Meta's 16 MB
const TICK_MS = 200;
const WHY = { NotAllowedError: "microphone-refused", SecurityError: "microphone-refused", NotFoundError: "microphone-missing" };

class BatonRecorder extends HTMLElement {
  connectedCallback() {
    this.composer = this.closest("baton-composer");
    this.addEventListener("click", (event) => this.clicked(event));
  }

  disconnectedCallback() {
    this.end();
  }

  clicked(event) {
    const act = event.target.closest("[data-do]")?.dataset.do;
    if (act === "discard") this.close();
    if (act === "pause") this.toggle();
    if (act === "send") this.send();
  }

  async open() {
    if (this.recorder) return;
    refuse("");
    this.stream = await this.microphone();
    await dress();
    if (!this.stream) return;
    this.type = TYPES.find((type) => MediaRecorder.isTypeSupported(type)) ?? "";
    this.chunks = [];
    this.heard = 0;
    this.recorder = new MediaRecorder(this.stream, { mimeType: this.type, audioBitsPerSecond: BITS_PER_S });
    this.recorder.addEventListener("dataavailable", ({ data }) => data.size && this.chunks.push(data));
    this.level = new Level(this.stream, this.querySelector("[data-level]"));
    this.recorder.start();
    this.composer.setAttribute("data-recording", "");
    this.hidden = false;
    this.go();
    this.querySelector('[data-do="pause"]').focus();
  }

  /** @returns {Promise<MediaStream | null>} */
  async microphone() {
    if (!navigator.mediaDevices || !window.MediaRecorder) return this.explain("microphone-unsafe");
    return navigator.mediaDevices.getUserMedia({ audio: true }).catch((error) => this.explain(WHY[error.name] ?? "microphone-broken"));
  }

  explain(name) {
    const body = made("div", { class: "notice__body" }, made("p", {}, word(name)));
    refuse(made("div", { class: "notice", "data-tone": "warn", role: "alert" }, icon("mic"), body).outerHTML);
    return null;
  }

  go() {
    this.since = Date.now();
    this.timer = setInterval(() => this.tick(), TICK_MS);
    this.level.go();
    this.show("recording");
  }

  rest() {
    this.heard = this.length;
    clearInterval(this.timer);
    this.level.rest();
    this.since = 0;
  }

  /** @returns {number} seconds recorded so far */
  get length() {
    return this.heard + (this.since ? (Date.now() - this.since) / 1000 : 0);
  }

  tick() {
    this.querySelector("[data-time]").textContent = clock(this.length);
  }

  /** Paused, what there is can be listened to, and be gone on with. */
  async toggle() {
    if (this.recorder.state === "recording") {
      this.recorder.pause();
      this.rest();
      this.show("paused");
      this.offer(await this.sound());
    } else {
      this.querySelector("[data-listen]").replaceChildren();
      this.recorder.resume();
      this.go();
    }
  }

  /** @param {"recording" | "paused"} state */
  show(state) {
    this.dataset.state = state;
    const [pause, name] = [this.querySelector('[data-do="pause"]'), state === "recording" ? "pause" : "mic"];
    pause.replaceChildren(icon(name), made("span", { class: "visually-hidden" }, word(state === "recording" ? "pause" : "go-on-recording")));
    document.getElementById("announcer").textContent = word(state, { time: clock(this.length) });
    this.tick();
  }

  /** @returns {Promise<Blob>} of what was recorded so far */
  sound() {
    return new Promise((resolve) => {
      const made = () => resolve(new Blob(this.chunks, { type: this.type.split(";")[0] }));
      this.recorder.addEventListener("dataavailable", () => setTimeout(made), { once: true });
      this.recorder.requestData();
    });
  }

  /** @param {Blob} blob */
  offer(blob) {
    if (this.dataset.state !== "paused") return;
    this.release();
    this.address = URL.createObjectURL(blob);
    const player = made("voice-player", { class: "player", "data-duration": String(this.heard) }, made("audio", { src: this.address, preload: "metadata" }));
    this.querySelector("[data-listen]").replaceChildren(player);
  }

  async send() {
    const [blob, length] = [await this.sound(), this.length];
    if (length < 0.5 || !blob.size) return this.explain("recording-short");
    const extension = { "audio/webm": "webm", "audio/mp4": "m4a" }[blob.type] ?? "ogg";
    this.close();
    const file = new File([blob], `voice.${extension}`, { type: blob.type });
    this.composer.sendVoice(file);
  }

  /** The box again. */
  close() {
    this.end();
    this.hidden = true;
    this.composer.removeAttribute("data-recording");
    this.composer.querySelector("textarea").focus({ preventScroll: true });
  }

  /** The light of the microphone goes out. */
  end() {
    if (!this.recorder) return;
    this.rest();
    if (this.recorder.state !== "inactive") this.recorder.stop();
    for (const track of this.stream.getTracks()) track.stop();
    this.level.end();
    this.recorder = this.stream = null;
    this.release();
    this.querySelector("[data-listen]").replaceChildren();
  }

  release() {
    if (this.address) URL.revokeObjectURL(this.address);
    this.address = "";
  }
}

/** @param {number} seconds @returns {string} "1:05" */
const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds) % 60).padStart(2, "0")}`;

customElements.define("baton-recorder", BatonRecorder);
