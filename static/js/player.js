/**
 * <voice-player>: a sound with its outline, speed and length, around the browser's own <audio>, which
 * stays the control where no script runs. In light DOM; moved within the page it plays on.
 */
import { icon, made, word } from "./words.js";

const SPEEDS = [1, 1.5, 2];
const STEP_S = 5;

class VoicePlayer extends HTMLElement {
  connectedCallback() {
    if (this.sound) return; // a swap of the bubble has put it back
    this.sound = this.querySelector("audio");
    this.build();
    this.listen();
    this.show();
  }

  build() {
    this.button = made("button", { type: "button", class: "icon-button player__play" });
    this.seek = made("input", { type: "range", class: "player__seek", min: "0", step: "any", "aria-label": word("position") });
    this.seek.value = "0"; // before there is a maximum, the middle of 100 is where it would stand
    this.track = made("span", { class: "player__track" }, ...this.outlines(), this.seek);
    this.time = made("span", { class: "player__time" });
    this.speed = made("button", { type: "button", class: "player__speed" });
    this.sound.removeAttribute("controls");
    this.append(this.button, this.track, this.time, this.speed);
  }

  /** The outline twice: the played part lies over the whole. @returns {Element[]} */
  outlines() {
    if (!this.dataset.outline) return [made("span", { class: "player__line" }), made("span", { class: "player__line player__played" })];
    return ["player__outline", "player__outline player__played"].map((name) => {
      const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
      for (const [key, value] of Object.entries({ class: name, viewBox: "0 0 192 32", preserveAspectRatio: "none", "aria-hidden": "true" })) {
        svg.setAttribute(key, value);
      }
      const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
      path.setAttribute("d", this.dataset.outline);
      svg.append(path);
      return svg;
    });
  }

  /** Stopped before it began, by another sound: no error of anybody's. */
  play() {
    this.sound.play().catch(() => this.show());
  }

  listen() {
    this.button.addEventListener("click", () => (this.sound.paused ? this.play() : this.sound.pause()));
    this.speed.addEventListener("click", () => (this.rate = SPEEDS[(SPEEDS.indexOf(this.rate) + 1) % SPEEDS.length]));
    this.seek.addEventListener("input", () => this.goTo(Number(this.seek.value)));
    this.seek.addEventListener("keydown", (event) => this.pressed(event));
    for (const name of ["play", "pause", "timeupdate", "durationchange", "ratechange", "ended", "seeked"]) {
      this.sound.addEventListener(name, () => this.show());
    }
    this.sound.addEventListener("play", () => this.alone());
  }

  /** Arrows by five seconds; space plays, as everywhere. */
  pressed(event) {
    const by = { ArrowLeft: -STEP_S, ArrowDown: -STEP_S, ArrowRight: STEP_S, ArrowUp: STEP_S }[event.key];
    if (event.key === " ") this.button.click();
    else if (by) this.goTo(this.sound.currentTime + (isFlipped(event.key) ? -by : by));
    else return;
    event.preventDefault();
  }

  /** @param {number} second where to go on; a sound that was not loaded is loaded for it */
  goTo(second) {
    const there = Math.max(0, Math.min(second, this.length));
    if (this.sound.readyState > 0) this.sound.currentTime = there;
    else {
      this.sound.addEventListener("loadedmetadata", () => (this.sound.currentTime = there), { once: true });
      this.sound.load();
      this.sound.preload = "metadata";
    }
  }

  /** One sound at a time. */
  alone() {
    for (const other of document.querySelectorAll("audio, video")) if (other !== this.sound) other.pause();
  }

  get rate() {
    return this.sound.playbackRate;
  }

  set rate(value) {
    this.sound.defaultPlaybackRate = value; // outlives the loading
    this.sound.playbackRate = value;
  }

  /** @returns {number} seconds, 0 while unknown */
  get length() {
    const known = Number.isFinite(this.sound.duration) && this.sound.duration > 0; // what is being recorded says 0
    return known ? this.sound.duration : Number(this.dataset.duration ?? 0);
  }

  show() {
    const { paused, currentTime: now } = this.sound;
    const name = paused ? "play" : "pause";
    if (this.button.dataset.now !== name) this.button.replaceChildren(icon(name));
    this.button.dataset.now = name;
    this.button.setAttribute("aria-label", word(name));
    this.seek.max = String(this.length);
    this.seek.value = String(now);
    this.seek.setAttribute("aria-valuetext", word("time-of", { now: minutes(now), whole: minutes(this.length) }));
    this.time.textContent = minutes(now > 0 ? now : this.length);
    this.speed.textContent = `${this.rate.toLocaleString(document.documentElement.lang)}×`;
    this.speed.setAttribute("aria-label", word("speed", { n: this.rate.toLocaleString(document.documentElement.lang) }));
    this.track.style.setProperty("--played", this.length ? `${(100 * now) / this.length}%` : "0%");
  }
}

/** In a page from right to left, the left arrow leads on. */
const isFlipped = (key) => document.dir === "rtl" && (key === "ArrowLeft" || key === "ArrowRight");

/** @param {number} seconds @returns {string} "1:05" */
const minutes = (seconds) => `${Math.floor(Math.round(seconds) / 60)}:${String(Math.round(seconds) % 60).padStart(2, "0")}`;

customElements.define("voice-player", VoicePlayer);
