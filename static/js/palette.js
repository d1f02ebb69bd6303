/** The palette: a combobox over the registry; what fits this conversation first. */
import { caps } from "./keys.js";
import { made, word } from "./words.js";

const dialog = () => document.getElementById("palette");
/** @type {{name: string, keys: string[], run: () => void}[]} */
let shown = [];
let at = 0;
let wired = false;

/** @param {{name: string, keys: string[], run: () => void, when: () => boolean}[]} registry */
export function open(registry) {
  const box = dialog().querySelector("input");
  if (dialog().open) return;
  const possible = registry.filter((one) => one.when() && one.name !== "key-palette");
  box.value = "";
  box.oninput = () => draw(possible.filter((one) => fits(word(one.name), box.value)));
  if (!wired) wire(box);
  wired = true;
  draw(possible);
  dialog().showModal();
}

/** Fuzzy: the letters in their order. */
function fits(text, typed) {
  let from = 0;
  const low = text.toLowerCase();
  return [...typed.toLowerCase().trim()].every((letter) => (from = low.indexOf(letter, from) + 1) > 0);
}

function wire(box) {
  box.addEventListener("keydown", (event) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by) choose(Math.max(0, Math.min(shown.length - 1, at + by)));
    if (event.key === "Enter" && !event.isComposing) run(shown[at]);
    if (by || event.key === "Enter") event.preventDefault();
  });
  dialog().addEventListener("click", (event) => {
    const item = event.target.closest("[role=option]");
    if (item) run(shown[[...item.parentNode.children].indexOf(item)]);
    else if (event.target === dialog()) dialog().close();
  });
}

function draw(entries) {
  shown = entries;
  const items = entries.map((one, index) => made("div", { class: "palette__item", role: "option", id: `palette-${index}` }, word(one.name), made("span", {}, ...caps(one.keys))));
  const list = document.getElementById("palette-list");
  list.replaceChildren(...(items.length ? items : [made("div", { class: "palette__item", role: "option", "aria-disabled": "true" }, word("nothing-found"))]));
  choose(0);
}

function choose(index) {
  at = index;
  const items = [...document.getElementById("palette-list").children];
  items.forEach((item, place) => item.setAttribute("aria-selected", String(place === index && shown.length > 0)));
  dialog().querySelector("input").setAttribute("aria-activedescendant", shown.length ? `palette-${index}` : "");
  items[index]?.scrollIntoView({ block: "nearest" });
}

function run(entry) {
  if (!entry) return;
  dialog().close(); // gives the focus back first: an action may move it
  entry.run();
}
