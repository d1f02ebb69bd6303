/** The card of the connection: what Meta says of token, account, number, app and webhooks. */

import { byId, h, toast } from "./dom.js";
import { control, onChange, world } from "./world.js";

const ELSEWHERE = "https://elsewhere.example/webhooks/";
const MESSAGING = "whatsapp_business_messaging";
const MANAGEMENT = "whatsapp_business_management";
const DAY_S = 24 * 60 * 60;

const number = () => world.numbers.find((one) => one.id === world.number) ?? world.numbers[0];
const setup = (changes) => control("", { setup: changes });
const plain = (key) => [(state) => String(state[key]), (value) => setup({ [key]: value })];
const seconds = (key) => [(state) => String(state[key]), (value) => setup({ [key]: Number(value) })];

/** One of a list of ids, the chosen number's account or itself, is in it or not. */
function member(key, id) {
  const read = (state) => (state[key].includes(id()) ? "in" : "out");
  const write = (value) => {
    const others = world.news.setup[key].filter((one) => one !== id());
    return setup({ [key]: value === "in" ? [...others, id()] : others });
  };
  return [read, write];
}

const account = () => number().waba_id;
const address = [
  (state) => (state.overrides[account()] ? "elsewhere" : "ours"),
  (value) => setup({ overrides: value === "elsewhere" ? { [account()]: ELSEWHERE } : {} }),
];
const registered = [
  () => (number().status === "CONNECTED" ? "CONNECTED" : "DISCONNECTED"),
  (value) => control("", { number_status: { [number().id]: value } }),
];
const scopes = [
  (state) => state.missing_scopes[0] ?? "",
  (value) => setup({ missing_scopes: value ? [value] : [] }),
];
const secret = [
  (state) => String(state.other_secret),
  (value) => setup({ other_secret: value === "true" }),
];

const ROWS = [
  ["Token", plain("token"), { valid: "Works", expired: "Expired (463)", password_changed: "Password changed (460)", invalid: "Invalid (467)" }],
  ["Token lives", seconds("expires_in_s"), { 0: "For ever", [3 * DAY_S]: "3 days", [30 * DAY_S]: "30 days" }],
  ["Permissions", scopes, { "": "All", [MESSAGING]: "No messages", [MANAGEMENT]: "No management" }],
  ["Account, for the token", member("hidden_accounts", account), { out: "Visible", in: "Hidden" }],
  ["Number", registered, { CONNECTED: "Registered", DISCONNECTED: "Not registered" }],
  ["App", member("unsubscribed", account), { out: "Subscribed", in: "Not subscribed" }],
  ["Messages go", address, { ours: "To the app", elsewhere: "Elsewhere" }],
  ["Challenge", plain("challenge"), { answered: "Answered", none: "No address yet", lost: "Gets lost" }],
  ["Signed with", secret, { false: "The app secret", true: "Another secret" }],
  ["What people write", member("stalled", () => "messages"), { out: "Arrives", in: "Is kept back" }],
  ["Reports of sends", member("stalled", () => "statuses"), { out: "Arrive", in: "Are kept back" }],
  ["Quality", plain("quality"), { GREEN: "High", YELLOW: "Medium", RED: "Low" }],
  ["People a day", plain("limit"), { TIER_250: "250", TIER_2K: "2,000", TIER_10K: "10,000", TIER_UNLIMITED: "No limit" }],
  ["Meta blocks", plain("blocked"), { "": "Nothing", payment: "For the payment", policy: "For its policy" }],
  ["Phone app", member("on_phone_app", () => number().id), { out: "Not used", in: "Used beside" }],
];

function row([label, [read, write], choices], index) {
  const id = `setup-${index}`;
  const options = Object.entries(choices).map(([value, text]) => h("option", { value }, text));
  const box = h("select", { id }, ...options);
  box.addEventListener("change", () => write(box.value));
  onChange((news) => {
    const value = read(news.setup);
    if (value in choices) box.value = value;
  });
  return h("div", { class: "pair" }, h("label", { for: id }, label), box);
}

function startMaking() {
  byId("make-code").addEventListener("click", async () => {
    const made = await control("code", { phone_number_id: number().id });
    if (made) byId("made-code").value = made.code;
  });
  byId("make-token").addEventListener("click", async () => {
    const made = await control("token", {});
    if (made) byId("made-token").value = made.access_token;
  });
}

/** What is typed to connect the chosen number by hand. */
function showGiven(news) {
  const given = [
    ["WABA id", account()],
    ["Phone number id", number().id],
    ["Token", news.gives.access_token],
    ["PIN", news.gives.pin],
  ];
  byId("gives").replaceChildren(...given.flatMap(([name, value]) => [h("dt", {}, name), h("dd", {}, value)]));
}

function startNumbers() {
  byId("another-number").addEventListener("submit", async (event) => {
    event.preventDefault();
    const given = Object.fromEntries([...new FormData(event.target)].filter(([, value]) => value));
    if (await control("number", { ...given, status: "DISCONNECTED" })) {
      toast("Not registered, and its app not subscribed, as at Meta.");
      event.target.reset();
    }
  });
}

export function startConnection() {
  byId("setup").append(...ROWS.map(row));
  startMaking();
  startNumbers();
  onChange(showGiven);
  byId("number").addEventListener("change", () => showGiven(world.news));
}
