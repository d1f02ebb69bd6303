/**
 * Meta's Embedded Signup on the one page that opens it. Meta's window posts the ids, and its SDK
 * hands over the code, in whichever order: the form goes off once both are there. The code lives 30 s.
 */
const SDK = "https://connect.facebook.net/en_US/sdk.js";
const FINISHED = /^FINISH/;

/** @typedef {{type?: string, event?: string, data?: {phone_number_id?: string, waba_id?: string}}} Told */

const box = document.getElementById("signup");
const form = document.getElementById("signup-form");
const fault = document.getElementById("signup-fault");
const button = box?.querySelector("[data-act=signup]");

if (box && form && button) load();

function load() {
  const script = document.createElement("script");
  script.src = SDK;
  script.crossOrigin = "anonymous";
  script.addEventListener("load", ready);
  script.addEventListener("error", () => say(fault.dataset.blocked));
  document.head.append(script);
}

function ready() {
  window.FB.init({ appId: box.dataset.appId, version: box.dataset.version, xfbml: false, cookie: false });
  window.addEventListener("message", told);
  button.disabled = false;
  button.addEventListener("click", open);
}

function open() {
  say("");
  window.FB.login(answered, {
    config_id: box.dataset.configId,
    response_type: "code",
    override_default_response_type: true,
    extras: { setup: {} },
  });
}

/** @param {{authResponse?: {code?: string}}} answer */
function answered(answer) {
  const code = answer.authResponse?.code;
  if (!code) return say(fault.dataset.cancelled);
  field("code").value = code;
  sendIfWhole();
}

/** @param {MessageEvent} event */
function told(event) {
  const host = URL.canParse(event.origin) ? new URL(event.origin) : null;
  const isMeta = host?.protocol === "https:" && /(^|\.)facebook\.com$/.test(host.hostname);
  const said = isMeta ? parsed(event.data) : {};
  if (said.type !== "WA_EMBEDDED_SIGNUP") return;
  if (!FINISHED.test(said.event ?? "")) return say(fault.dataset.cancelled);
  field("waba_id").value = said.data?.waba_id ?? "";
  field("phone_number_id").value = said.data?.phone_number_id ?? "";
  field("coexistence").checked = said.event === "FINISH_WHATSAPP_BUSINESS_APP_ONBOARDING";
  sendIfWhole();
}

function sendIfWhole() {
  if (field("code").value && field("phone_number_id").value) form.requestSubmit();
}

/** @param {string} name */
function field(name) {
  return form.elements.namedItem(name);
}

/**
 * @param {unknown} text
 * @returns {Told}
 */
function parsed(text) {
  try {
    return JSON.parse(String(text)) ?? {};
  } catch {
    return {};
  }
}

/** @param {string} sentence */
function say(sentence) {
  fault.textContent = sentence;
}
