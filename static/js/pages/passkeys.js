/**
 * Passkeys: the browser's own dialog, then the form that carries its answer. The forms are hidden
 * without a script, and where the browser knows no passkeys.
 */

/** @type {Record<string, (form: HTMLFormElement) => Promise<PublicKeyCredential>>} */
const ACTS = {
  login: async (form) => {
    const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(`no options: ${answer.status}`);
    return ask((await answer.json()).request_options.publicKey);
  },
  get: () => ask(given().request_options.publicKey),
  create: (form) => {
    const options = given().creation_options.publicKey;
    if (form.elements.namedItem("passwordless")?.checked) {
      options.authenticatorSelection = {
        ...options.authenticatorSelection, residentKey: "required", requireResidentKey: true, userVerification: "required",
      };
    }
    return navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) });
  },
};

const given = () => JSON.parse(document.getElementById("passkey-options").textContent);

const ask = (options) => navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });

/** @param {SubmitEvent} event */
async function submit(event) {
  const form = /** @type {HTMLFormElement} */ (event.target);
  const field = form.elements.namedItem("credential");
  event.preventDefault();
  const problem = form.querySelector("[role=alert]");
  problem.hidden = true;
  try {
    const credential = await ACTS[form.dataset.passkey](form);
    field.value = JSON.stringify(credential);
    form.submit(); // not an event: it goes
  } catch {
    problem.hidden = false; // cancelled, timed out, or no such passkey here
  }
}

if (globalThis.PublicKeyCredential && "parseRequestOptionsFromJSON" in PublicKeyCredential) {
  for (const notice of document.querySelectorAll(".no-script")) notice.remove();
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.hidden = false;
    form.addEventListener("submit", submit);
  }
}
