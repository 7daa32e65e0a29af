// The coordinator's desk beside the conversation, on a wide screen: what waits, and where things stand.
//
// A part is drawn again only when it changed. Focus stays on the same button; where that is gone, it
// goes to what took its place, so that a keyboard walks through what waits.

import { byId, make, rich } from "./page.js";
import { icon } from "./icons.js";
import { card } from "./card.js";
import { say } from "./words.js";

const desk = byId("desk");
const drawn = new Map();

// `on` has: press(choice, about) and pressed(token).
export function drawDesk(panel, on) {
  desk.hidden = !panel;
  desk.parentElement.classList.toggle("with-desk", Boolean(panel));
  if (!panel) {
    drawn.clear();
    return desk.replaceChildren();
  }
  if (!drawn.size) frame();
  desk.setAttribute("aria-label", say("desk"));
  const focus = focused();
  part("sentence", panel.sentence, () => rich(panel.sentence));
  part("open", panel.open, () => panel.open.map((alert) => card({ card: alert.card }, acts(alert, alert.card.title, on))));
  part("waiting", panel.waiting, () => waiting(panel.waiting, on));
  part("passed", panel.passed, () => passed(panel.passed));
  part("boxes", panel.boxes, () => panel.boxes.map(box));
  mark(on);
  refocus(focus);
}

// Which buttons are on their way to the server already.
export function mark(on) {
  for (const button of desk.querySelectorAll("button[data-token]")) {
    if (on.pressed(button.dataset.token)) button.setAttribute("aria-disabled", "true");
    else button.removeAttribute("aria-disabled");
  }
}

function frame() {
  const slot = (name, tag = "div", className = "") => make(tag, className, { "data-part": name });
  desk.replaceChildren(slot("sentence", "h2", "sentence"),
    make("div", "columns", {}, make("div", "", {}, slot("open"), slot("waiting"), slot("passed")), slot("boxes")));
  desk.querySelector(".sentence").tabIndex = -1;
}

function part(name, value, draw) {
  const state = document.documentElement.lang + JSON.stringify(value);
  if (drawn.get(name) === state) return;
  drawn.set(name, state);
  desk.querySelector(`[data-part="${name}"]`).replaceChildren(...draw());
}

const buttons = () => [...desk.querySelectorAll("button[data-token]")];

function focused() {
  const at = buttons().indexOf(document.activeElement);
  return at < 0 ? null : { at, token: document.activeElement.dataset.token };
}

function refocus(focus) {
  if (!focus || desk.contains(document.activeElement)) return;
  const now = buttons();
  const same = now.find((button) => button.dataset.token === focus.token);
  (same ?? now[Math.min(focus.at, now.length - 1)] ?? desk.querySelector(".sentence")).focus({ preventScroll: Boolean(same) });
}

function acts({ choices, safe }, about, on) {
  return make("div", "acts", {}, ...choices.map((choice) => {
    const button = make("button", choice.token === safe ? "plain main" : "plain",
      { type: "button", "data-token": choice.token, "aria-label": `${choice.label}: ${about}` }, choice.label);
    button.addEventListener("click", () => on.pressed(choice.token) || on.press(choice, about));
    return button;
  }));
}

function waiting(tasks, on) {
  if (!tasks.length) return [];
  const lines = tasks.map((task) => make("li", "", {}, make("span", "sign", {}, icon(task.icon)),
    make("div", "what", {}, make("p", "small", {}, task.about), make("p", "", {}, make("strong", "", {}, task.title)),
      task.text ? make("p", "", {}, ...rich(task.text)) : null), acts(task, task.title, on)));
  return [make("h2", "", {}, say("desk_waiting"), make("span", "count", {}, String(tasks.length))), make("ul", "list", {}, ...lines)];
}

function passed(rows) {
  if (!rows.length) return [];
  const lines = rows.map(({ number, time, what, word }) => make("li", "", {}, make("span", "number", {}, number),
    make("span", "", {}, time), make("span", "what", {}, what), make("span", "tag", {}, word)));
  return [make("h2", "", {}, say("desk_passed")), make("ul", "list past", {}, ...lines)];
}

function box({ title, lines }) {
  return make("section", "panel", {}, make("h2", "", {}, title), make("dl", "", {}, ...lines.map(([name, value]) =>
    make("div", "pairline", {}, make("dt", "", {}, ...rich(name)), make("dd", "", {}, value)))));
}
