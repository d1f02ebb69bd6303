/** Who sits here: a login dialog when the session ended, nothing left behind when somebody else comes. */

const person = () => document.body.dataset.person ?? "";
const channel = "BroadcastChannel" in window ? new BroadcastChannel("baton") : null;

export function start() {
  if (!person()) return;
  wipeOthers();
  channel?.postMessage({ kind: "logged-in", person: person() });
  channel?.addEventListener("message", (event) => {
    const dialog = document.getElementById("login-dialog");
    if (event.data.kind === "logged-in" && dialog?.open) location.reload(); // drafts are in the tab
    if (event.data.kind === "logged-out") location.replace("/accounts/login/");
  });
  document.addEventListener("submit", (event) => {
    if (event.target.dataset.act !== "logout") return;
    wipe(() => true);
    channel?.postMessage({ kind: "logged-out" });
  });
}

/** The panes are emptied. The draft waits in the tab. */
export function askForLogin() {
  const dialog = document.getElementById("login-dialog");
  if (!dialog || dialog.open) return;
  empty();
  dialog.addEventListener("cancel", (event) => event.preventDefault());
  dialog.showModal();
}

/** Whoever passes by reads nothing. */
export function empty() {
  document.dispatchEvent(new CustomEvent("baton:leaving"));
  document.querySelector(".app")?.replaceChildren();
}

/** @param {string} name @returns {string} of something this person keeps in this tab */
export const key = (name) => `baton:${person()}:${name}`;

/** @param {string} name @param {string} value "" removes it */
export function keep(name, value) {
  if (value) sessionStorage.setItem(key(name), value);
  else sessionStorage.removeItem(key(name));
}

/** @param {string} name @returns {string} */
export const kept = (name) => sessionStorage.getItem(key(name)) ?? "";

function wipeOthers() {
  wipe((name) => !name.startsWith(key("")));
}

function wipe(which) {
  const names = Object.keys(sessionStorage).filter((name) => name.startsWith("baton:") && which(name));
  for (const name of names) sessionStorage.removeItem(name);
}
