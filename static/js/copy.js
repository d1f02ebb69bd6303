/** A button that copies the text of the element it names (`data-copies`) and says so (`data-done`). */
export function start() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest('[data-act="copy"]');
    if (button) copy(button);
  });
}

/** @param {HTMLElement} button */
async function copy(button) {
  const source = document.getElementById(button.dataset.copies);
  try {
    await navigator.clipboard.writeText(source.textContent);
  } catch {
    // No clipboard without HTTPS: the text is marked, and Ctrl+C copies it.
    return getSelection().selectAllChildren(source);
  }
  button.querySelector("span").textContent = button.dataset.done;
  const region = document.getElementById("announcer");
  if (region) region.textContent = button.dataset.done;
}
