// The coordinator's desk beside the conversation, on a wide screen: what waits, and where things stand.
//
// The core sends it as one panel: {kind: "desk", sentence, open: [alert], waiting: [{icon, about,
// title, text, choices, safe}], passed: [[number, time, what, word]], boxes: [{title, lines: [[name,
// value]]}]}. An alert is a card with choices. `safe` is the token of the choice that does no harm.

import { byId, make, rich } from "./page.js";
import { icon } from "./icons.js";
import { card } from "./card.js";
import { say } from "./words.js";

const desk = byId("desk");

export function drawDesk(panel, press) {
  desk.hidden = !panel;
  desk.parentElement.classList.toggle("with-desk", Boolean(panel));
  if (!panel) return desk.replaceChildren();
  desk.setAttribute("aria-label", say("desk"));
  const main = make("div", "", {}, ...(panel.open ?? []).map((alert) => card({ card: alert.card }, acts(alert, press))),
    ...waiting(panel.waiting ?? [], press), ...passed(panel.passed ?? []));
  const boxes = (panel.boxes ?? []).map(box);
  desk.replaceChildren(make("h2", "sentence", {}, make("span", "", {}, ...rich(panel.sentence ?? ""))),
    make("div", boxes.length ? "columns two" : "columns", {}, main, ...(boxes.length ? [make("div", "", {}, ...boxes)] : [])));
}

function acts({ choices = [], safe, message = "0" }, press) {
  return make("div", "acts", {}, ...choices.map((choice) => {
    const button = make("button", choice.token === safe ? "plain main" : "plain", { type: "button" }, choice.label);
    button.addEventListener("click", () => press(choice, message));
    return button;
  }));
}

function waiting(entries, press) {
  if (!entries.length) return [];
  const lines = entries.map((entry) => make("li", "", {}, icon(entry.icon ?? "clock"),
    make("div", "what", {}, make("small", "", {}, entry.about ?? ""), make("p", "", {}, make("strong", "", {}, entry.title)),
      entry.text ? make("p", "", {}, ...rich(entry.text)) : null), acts(entry, press)));
  return [make("h2", "", {}, say("desk_waiting"), make("span", "count", {}, String(entries.length))), make("ul", "list", {}, ...lines)];
}

function passed(rows) {
  if (!rows.length) return [];
  const lines = rows.map((row) => make("li", "", {}, ...row.map((part) => make("span", "", {}, part))));
  return [make("h2", "", {}, say("desk_passed")), make("ul", "list", {}, ...lines)];
}

function box({ title, lines }) {
  return make("div", "panel", {}, make("h2", "", {}, title), make("dl", "", {}, ...lines.map(([name, value]) =>
    make("div", "pairline", {}, make("dt", "", {}, name), make("dd", "", {}, value)))));
}
