/** Files that are pasted into the box or dragged onto the thread go to the tray. */

export function start() {
  document.addEventListener("paste", pasted);
  document.addEventListener("dragenter", dragged);
  document.addEventListener("dragover", dragged);
  document.addEventListener("dragleave", left);
  document.addEventListener("drop", dropped);
}

/** @returns {any} the <baton-composer> that takes files now; null where no text may be sent, or no thread is open */
const composer = () => document.querySelector('.composer[data-state="free"] baton-composer');
const zone = () => document.querySelector("[data-drop]");
const holdsFiles = (event) => event.dataTransfer?.types.includes("Files");

/** A copied cell or page brings a picture of itself along: then the words are meant. */
function pasted(event) {
  const { files, types } = event.clipboardData;
  if (!files.length || types.includes("text/plain") || !event.target.closest?.("baton-composer") || !composer()) return;
  event.preventDefault();
  composer().attach([...files]);
}

/** Anywhere: a file that misses must not take the page's place. */
function dragged(event) {
  if (!holdsFiles(event)) return;
  event.preventDefault();
  const over = Boolean(event.target.closest?.(".thread")) && composer() !== null;
  event.dataTransfer.dropEffect = over ? "copy" : "none";
  if (zone()) zone().hidden = !over;
}

function left(event) {
  if (event.relatedTarget === null && zone()) zone().hidden = true;
}

function dropped(event) {
  if (!holdsFiles(event)) return;
  event.preventDefault();
  if (zone()) zone().hidden = true;
  if (event.target.closest?.(".thread")) composer()?.attach([...event.dataTransfer.files]);
}
