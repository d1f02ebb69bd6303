/** Who else is here: said above the box, silent for screen readers. */
import { word } from "./words.js";

export function start() {
  document.addEventListener("baton:presence", (event) => draw(event.detail));
}

/** @param {{conversation: string, people: {name: string, doing: string}[]}} told */
function draw({ conversation, people }) {
  const line = document.getElementById("presence");
  const open = document.querySelector(".thread[data-conversation]")?.dataset.conversation;
  if (!line || conversation !== open) return;
  const replying = people.filter((one) => one.doing === "typing");
  const shown = replying.length ? replying : people;
  line.hidden = shown.length === 0;
  line.dataset.doing = replying.length ? "typing" : "viewing";
  line.textContent = shown.length ? word(replying.length ? "replying" : "viewing", { name: shown.map((one) => one.name).join(", ") }) : "";
}
