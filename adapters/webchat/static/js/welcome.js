// What somebody sees who has said nothing yet: call first, then how to come in.

import { byId, make, page } from "./page.js";
import { language, say } from "./words.js";

const section = byId("welcome");
let shown = "";
let left = "";  // the language somebody just turned from: the way back keeps the focus

// `join` is called with the invitation's code, `speak` with another language of the page.
export function welcome(isStranger, join, speak) {
  const wanted = page.invite ? "invited" : isStranger ? "stranger" : "";
  const state = wanted && `${wanted} ${language}`;
  if (state === shown) return;
  shown = state;
  section.hidden = !wanted;
  section.replaceChildren(...(wanted === "invited" ? invited(join) : wanted ? stranger(join) : []));
  if (wanted) section.append(others(speak));
  section.querySelector(`[lang="${left}"]`)?.focus({ preventScroll: true });
  left = "";
}

// The page's other languages, each in its own words.
function others(speak) {
  return make("p", "languages", {}, ...page.languages.filter((code) => code !== language).map((code) => {
    const button = make("button", "plain", { type: "button", lang: code }, new Intl.DisplayNames(code, { type: "language" }).of(code));
    button.addEventListener("click", () => { left = language; speak(code); });
    return button;
  }));
}

function invited(join) {
  const key = page.invitedTo ? "invited_title" : "invited_title_unknown";
  const button = make("button", "plain main", { type: "button" }, say("join"));
  button.addEventListener("click", () => join(page.invite));
  return [make("h2", "", {}, say(key, { name: page.invitedTo ?? "" })), make("p", "", {}, say("invited_text")),
    make("p", "", {}, make("strong", "", {}, say("invited_danger"))), button, make("p", "note", {}, say("keep_open"))];
}

function stranger(join) {
  const input = make("input", "", { id: "code", name: "code", maxlength: 200, autocapitalize: "none", spellcheck: "false", required: "" });
  const form = make("form", "", {}, make("label", "", { for: "code" }, say("welcome_code")), input,
    make("button", "plain main", { type: "submit" }, say("join")));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const code = codeIn(input.value);
    if (code) join(code);
  });
  return [make("h2", "", {}, say("welcome_title")), make("p", "", {}, say("welcome_text")),
    make("p", "", {}, say("welcome_how")), form];
}

// The code itself, or the whole line or address that it was passed on in.
function codeIn(typed) {
  const words = typed.trim().replace(/^\/?start\s+/i, "");
  return words.match(/\/u\/([^/?#\s]+)/)?.[1] ?? words;
}
