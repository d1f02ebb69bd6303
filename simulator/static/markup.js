/** WhatsApp's own markup as nodes: *bold*, _italic_, ~struck~, ```fixed```, and links. */

import { h } from "./dom.js";

const MARKS = /```([^`]+)```|(?<![\p{L}\p{N}])([*_~])(?=\S)(.+?)(?<=\S)\2(?![\p{L}\p{N}])|(https?:\/\/[^\s<>"]+)/gsu;
const TAGS = { "*": "b", _: "i", "~": "s" };

/** @param {string} text @returns {DocumentFragment} */
export function marked(text) {
  const out = document.createDocumentFragment();
  let end = 0;
  for (const found of text.matchAll(MARKS)) {
    out.append(text.slice(end, found.index));
    out.append(node(found));
    end = found.index + found[0].length;
  }
  out.append(text.slice(end));
  return out;
}

function node([, fixed, mark, inner, url]) {
  if (fixed) return h("code", {}, fixed);
  if (mark) return h(TAGS[mark], {}, marked(inner));
  return h("a", { href: url, target: "_blank", rel: "noopener noreferrer nofollow" }, url);
}
