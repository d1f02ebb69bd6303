/** Pictures, sounds, files, places and cards inside a bubble. */

import { h, icon } from "./dom.js";

/** @returns {(Node|null)[]} */
export function fileOf(shown) {
  return [
    shown.media && media(shown.media),
    shown.location && place(shown.location),
    ...(shown.contacts ?? []).map(person),
  ];
}

function media(file) {
  const source = file.id ? `media/${encodeURIComponent(file.id)}` : null;
  if (!source) return tile(file.kind === "document" ? "file" : "image", nameOf(file), file.link);
  const maker = { image, sticker, video, audio }[file.kind] ?? document_;
  return maker(file, source);
}

const nameOf = (file) => file.filename ?? { image: "Photo", video: "Video", audio: "Audio" }[file.kind] ?? "File";

function image(file, src) {
  return fallible(h("img", { class: "picture", src, alt: file.caption ?? "Photo", decoding: "async" }), file);
}

function sticker(file, src) {
  return fallible(h("img", { class: "sticker", src, alt: "Sticker" }), file);
}

function video(file, src) {
  return fallible(h("video", { class: "picture", src, controls: true, preload: "metadata" }), file);
}

function audio(file, src) {
  return fallible(h("audio", { class: "sound", src, controls: true, preload: "metadata" }), file);
}

function document_(file, href) {
  const name = nameOf(file);
  return h("a", { class: "tile", href, download: name }, icon("file"), h("span", { dir: "auto" }, name));
}

/** A file that will not load becomes a tile with its name. */
function fallible(element, file) {
  element.addEventListener("error", () => element.replaceWith(tile("image", nameOf(file), "Not available")));
  return element;
}

function place(location) {
  const where = `${Number(location.latitude).toFixed(4)}, ${Number(location.longitude).toFixed(4)}`;
  return tile("pin", location.name ?? "Location", location.address ?? where);
}

function person(card) {
  const phone = card.phones?.[0]?.phone;
  return tile("person", card.name?.formatted_name ?? "Contact", phone);
}

function tile(name, title, line) {
  return h("div", { class: "tile" }, icon(name), h("span", { dir: "auto" }, title, line && h("small", {}, line)));
}
