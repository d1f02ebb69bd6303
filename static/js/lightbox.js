/** A picture, large: a dialog, so that focus is trapped and given back; arrows walk through the thread's. */

/** @type {HTMLAnchorElement | null} */
let shown = null;

export function start() {
  const dialog = document.getElementById("lightbox");
  document.addEventListener("click", (event) => {
    const link = event.target.closest('[data-act="lightbox"]');
    if (!link || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    show(link);
    dialog.showModal();
  });
  dialog?.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const all = [...document.querySelectorAll('[data-act="lightbox"]')];
    const next = by && all[all.indexOf(shown) + by];
    if (next) show(next);
  });
}

function show(link) {
  shown = link;
  const [small, large] = [link.querySelector("img"), document.querySelector(".lightbox__image")];
  large.src = link.href;
  large.alt = small.alt;
  document.querySelector("[data-lightbox-download]").href = link.href;
}
