/**
 * A picture or video, large. A dialog, so that focus is trapped and given back; arrows walk through the
 * set it was opened from (the thread's log, the panel's gallery, the page of all).
 */
import { dress } from "../dress.js";
import { panAndZoom } from "./zoom.js";

const parts = () => ({
  dialog: document.getElementById("lightbox"),
  image: document.querySelector(".lightbox__image"),
  video: document.querySelector(".lightbox__video"),
});

/** @type {HTMLAnchorElement | null} */
let shown = null;
let opener = "";
/** @type {ReturnType<typeof panAndZoom>} */
let view;

/** @param {HTMLAnchorElement} pressed */
export function run(pressed) {
  view ??= made();
  opener = pressed.id || pressed.closest("[id]")?.id || "";
  show(pressed);
  dress().then(() => parts().dialog.showModal());
}

function made() {
  const { dialog, image } = parts();
  dialog.addEventListener("click", (event) => {
    const act = event.target.closest("[data-do]")?.dataset.do;
    if (act) DO[act]();
    else if (event.target.matches("[data-stage]") && !view.wasDragged()) dialog.close();
  });
  dialog.addEventListener("keydown", pressed);
  dialog.addEventListener("close", closed);
  return panAndZoom(dialog.querySelector("[data-stage]"), image);
}

const DO = {
  previous: () => step(-1),
  next: () => step(1),
  larger: () => view.zoom(1.5),
  smaller: () => view.zoom(1 / 1.5),
  turn: () => view.turn(),
};
const KEYS = { "+": DO.larger, "=": DO.larger, "-": DO.smaller, 0: () => view.reset(), r: DO.turn };

function pressed(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const forward = document.dir === "rtl" ? "ArrowLeft" : "ArrowRight";
  const isArrow = event.key === "ArrowLeft" || event.key === "ArrowRight";
  if (isArrow && !event.target.matches("video")) step(event.key === forward ? 1 : -1);
  else if (KEYS[event.key]) KEYS[event.key]();
  else return;
  event.preventDefault();
}

/** @returns {HTMLAnchorElement[]} what the arrows walk through: looked up anew, for it grows */
function set() {
  const within = shown.closest("[data-set], #log") ?? document;
  return [...within.querySelectorAll('[data-act="lightbox"]')];
}

/** A bubble may have been swapped meanwhile: its link is another node with the same address. */
const placeIn = (all) => (all.includes(shown) ? all.indexOf(shown) : all.findIndex((one) => one.href === shown.href));

function step(by) {
  const all = set();
  const next = all[placeIn(all) + by];
  if (next) show(next);
}

/** @param {HTMLAnchorElement} link */
function show(link) {
  const { dialog, image, video } = parts();
  shown = link;
  const small = link.querySelector("img");
  const moves = link.hasAttribute("data-video");
  image.hidden = moves;
  video.hidden = !moves;
  video.pause();
  image.src = moves ? "data:," : link.href;
  image.alt = small?.alt ?? "";
  if (moves) Object.assign(video, { src: link.href, poster: small?.src ?? "" });
  view.reset();
  dialog.querySelector("[data-download]").href = `${link.href}?download`;
  dialog.querySelector("[data-caption]").textContent = link.title || image.alt;
  dialog.dataset.kind = moves ? "video" : "image";
  const all = set();
  const at = placeIn(all);
  dialog.querySelector('[data-do="previous"]').disabled = at <= 0;
  dialog.querySelector('[data-do="next"]').disabled = at < 0 || at === all.length - 1;
}

function closed() {
  const { image, video } = parts();
  image.removeAttribute("src");
  video.removeAttribute("src");
  video.load(); // else it goes on loading
  const there = document.activeElement !== document.body;
  if (there || !opener) return;
  // What had the focus was swapped while the picture was open.
  const now = document.getElementById(opener);
  (now?.matches("a") ? now : now?.querySelector('[data-act="lightbox"]') ?? now)?.focus();
}
