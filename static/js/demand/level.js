/** How loud it is, as bars: newest at the end. Decoration beside the timer, hidden from readers. */

const BARS = 40;
const EVERY_MS = 80;

export class Level {
  /** @param {MediaStream} stream @param {HTMLElement} place */
  constructor(stream, place) {
    this.context = new AudioContext();
    this.analyser = new AnalyserNode(this.context, { fftSize: 512 });
    this.context.createMediaStreamSource(stream).connect(this.analyser);
    this.samples = new Uint8Array(this.analyser.fftSize);
    this.bars = Array.from({ length: BARS }, () => document.createElement("i"));
    place.replaceChildren(...this.bars);
    this.loud = new Array(BARS).fill(0);
  }

  go() {
    this.timer = setInterval(() => this.draw(), EVERY_MS);
  }

  rest() {
    clearInterval(this.timer);
  }

  draw() {
    this.analyser.getByteTimeDomainData(this.samples);
    const peak = this.samples.reduce((most, sample) => Math.max(most, Math.abs(sample - 128)), 0) / 128;
    this.loud = [...this.loud.slice(1), peak];
    this.bars.forEach((bar, at) => bar.style.setProperty("--loud", String(this.loud[at])));
  }

  end() {
    this.rest();
    this.context.close();
  }
}
