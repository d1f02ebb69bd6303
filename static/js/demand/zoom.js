/** One picture on a stage: larger, moved, turned. Touch, mouse and wheel; keys call the same functions. */

const LARGEST = 8;

/**
 * @param {HTMLElement} stage
 * @param {HTMLImageElement} image
 */
export function panAndZoom(stage, image) {
  let scale = 1;
  let turns = 0;
  let at = { x: 0, y: 0 };
  let dragged = false;
  /** @type {Map<number, {x: number, y: number}>} */
  const fingers = new Map();

  /** A picture on its side must fit the stage as well. */
  function fit() {
    if (turns % 2 === 0 || !image.offsetWidth) return 1;
    return Math.min(stage.clientWidth / image.offsetHeight, stage.clientHeight / image.offsetWidth, 1);
  }

  function draw() {
    const moved = scale > 1 ? at : (at = { x: 0, y: 0 });
    image.style.transform = `translate(${moved.x}px, ${moved.y}px) rotate(${turns * 90}deg) scale(${scale * fit()})`;
    stage.toggleAttribute("data-large", scale > 1);
  }

  function zoom(by) {
    scale = Math.min(LARGEST, Math.max(1, scale * by));
    draw();
  }

  function reset() {
    [scale, turns, at] = [1, 0, { x: 0, y: 0 }];
    draw();
  }

  function turn() {
    turns += 1;
    draw();
  }

  stage.addEventListener("wheel", (event) => {
    event.preventDefault();
    zoom(event.deltaY < 0 ? 1.15 : 1 / 1.15);
  }, { passive: false });
  image.addEventListener("dblclick", () => (scale > 1 ? reset() : zoom(2.5)));
  image.addEventListener("load", draw);
  stage.addEventListener("pointerdown", (event) => {
    dragged = false;
    if (!event.target.matches("img")) return;
    fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    image.setPointerCapture(event.pointerId); // not the stage: a click on it closes
  });
  stage.addEventListener("pointermove", (event) => {
    const before = fingers.get(event.pointerId);
    if (!before) return;
    const span = distance();
    fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    dragged = true;
    if (fingers.size === 2 && span) return zoom(distance() / span);
    at = { x: at.x + event.clientX - before.x, y: at.y + event.clientY - before.y };
    draw();
  });
  for (const name of ["pointerup", "pointercancel"]) stage.addEventListener(name, (event) => fingers.delete(event.pointerId));

  /** Between two fingers, in pixels; 0 for fewer. */
  function distance() {
    const [one, other] = [...fingers.values()];
    return other ? Math.hypot(one.x - other.x, one.y - other.y) : 0;
  }

  return { zoom, turn, reset, wasDragged: () => dragged };
}
