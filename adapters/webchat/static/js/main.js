// The chat page: puts its parts together.

import { byId, make, page } from "./page.js";
import { hasWord, language, say, speak } from "./words.js";
import { called, ready, ring } from "./bell.js";
import { icon } from "./icons.js";
import { Link } from "./link.js";
import { Log } from "./log.js";
import { Outbox } from "./outbox.js";
import { Uploads } from "./uploads.js";
import { drawBar } from "./bar.js";
import { drawDesk, mark } from "./desk.js";
import { fitAboveKeyboard } from "./keyboard.js";
import { welcome } from "./welcome.js";

const field = byId("say");
const notice = byId("notice");
const alarm = byId("alarm");
let isDown = false;
let isGone = false;
let quiet = null;
let panels = {};
const roomy = matchMedia("(min-width: 1000px)");  // room for a desk beside the conversation

const outbox = new Outbox({
  changed: () => { log.draw(); mark(atDesk); showLine(); greet(); },
  kept: (_entry, item) => { hush(); log.take(item); },
  refused: (entry, error, text) => log.refused.push({ ...entry, refusal: worded(error, text) }),
  trouble,
  noLine: () => link.fail({ atOnce: true }),
});
const uploads = new Uploads({
  changed: (upload) => { log.moved(upload); greet(); },
  kept: (_upload, item) => { hush(); log.take(item); },
  trouble,
  noLine: () => link.fail({ atOnce: true }),
});
const pressed = (token) => outbox.entries.some((entry) => entry.token === token);
const log = new Log(outbox, uploads, {
  press, pressed,
  sharePlace, pickMedia: () => byId("files").click(), stop: (upload) => uploads.stop(upload),
});
const atDesk = {
  pressed,
  press: (choice, about) => {
    outbox.add({ token: choice.token, message: "0", label: `${choice.label}: ${about}` });
    log.awaitQuestion();
  },
};
const link = new Link({
  hello: (hello) => { log.at(hello.now); wear(hello.face); },
  snapshot: (items) => { log.fill(items); greet(); },
  item: taken,
  face: wear,
  panels: (newest) => { panels = newest; surround(); },
  gone: () => { isGone = true; panels = {}; surround(); showLine(); },
  up: () => { isDown = isGone = false; showLine(); outbox.send(); uploads.send(); },
  down: () => { isDown = true; showLine(); },
});

function taken(item) {
  const isNew = log.take(item);
  greet();
  if (isNew && item.from === "bot") {
    log.hint();
    log.lead(item, field);
    if (item.card?.state === "open" && !item.silent) ring(item.card.title);
  }
}

function press(item, choice) {
  if (outbox.entries.some((entry) => entry.token === choice.token)) return;
  outbox.add({ token: choice.token, message: item.id, number: choice.number, label: choice.label });
  byId("log").focus({ preventScroll: true });
  log.awaitQuestion();
}

function sharePlace() {
  tell(say("asking_place"), 15000);
  const options = { enableHighAccuracy: true, timeout: 15000, maximumAge: 0 };
  const missed = () => { tell(say("no_place"), 15000); field.focus(); };
  if (!navigator.geolocation) return missed();
  navigator.geolocation.getCurrentPosition(({ coords }) => {
    hush();
    outbox.add({ location: { latitude: coords.latitude, longitude: coords.longitude, accuracy_m: coords.accuracy } });
  }, missed, options);
}

// The line under the header: no connection, and what that means for one's own words; or that the
// server doesn't know this browser any more.
function showLine() {
  const key = isGone ? "gone" : isDown ? (outbox.entries.length ? "offline_mine" : "offline_rest") : "";
  if (!key) return alarm.replaceChildren();
  const state = `${key} ${language}`;
  if (alarm.dataset.state === state && alarm.firstChild) return;
  alarm.dataset.state = state;
  const words = make("div", "", {}, make("strong", "", {}, say(isGone ? "gone" : "offline")),
    make("span", "", {}, say(isGone ? "gone_how" : key)));
  if (isGone) words.append(make("a", "plain", { href: page.base }, say("load_again")));
  alarm.replaceChildren(make("div", "alarm", {}, icon(isGone ? "person" : "offline"), words));
}

function worded(error, text) {
  return text ?? say(hasWord(`error_${error}`) ? `error_${error}` : "error_other");
}

function trouble(error, text) {
  if (error === "no_cookie") link.stop();
  else tell(worded(error, text));
}

function tell(text, forMs = 0) {
  notice.textContent = text;
  notice.hidden = false;
  clearTimeout(quiet);
  if (forMs) quiet = setTimeout(hush, forMs);
}

function hush() {
  notice.hidden = true;
  notice.textContent = "";
}

async function wear(face) {
  if (face.lang && face.lang !== language && await speak(face.lang)) wordAgain();
}

// What stands around the conversation: header, bar, desk.
function surround() {
  const name = panels.header?.name ?? page.group;
  byId("group").textContent = name;
  byId("detail").textContent = panels.header?.detail ?? say("detail");
  called(name);
  drawBar(panels.bar ?? null, (title) => log.goTo(title));
  drawDesk(roomy.matches ? panels.desk ?? null : null, atDesk);
}

function wordAgain() {
  const placeholder = say(innerWidth < 370 ? "placeholder_short" : "placeholder");
  field.placeholder = placeholder;
  field.setAttribute("aria-label", say("placeholder"));
  byId("attach").setAttribute("aria-label", say("attach"));
  document.querySelector(".send").setAttribute("aria-label", say("send"));
  document.querySelector(".skip").textContent = say("skip");
  byId("call").querySelector("span").textContent = say("call");
  byId("log").setAttribute("aria-label", say("log"));
  byId("newer").textContent = say("newer");
  log.redraw();
  surround();
  showLine();
}

function greet() {
  welcome(log.isEmpty, (code) => {
    outbox.add({ text: `/start ${code}` });
    history.replaceState(null, "", page.base);
    page.invite = null;
    field.focus();
  }, async (code) => { await wear({ lang: code }); greet(); });
}

function compose() {
  byId("composer").addEventListener("submit", (event) => {
    event.preventDefault();
    const text = field.value.trim();
    if (!text) return;
    field.value = "";
    grow();
    outbox.add({ text });
    field.focus();
  });
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      byId("composer").requestSubmit();
    }
  });
  field.addEventListener("input", grow);
  byId("attach").addEventListener("click", () => byId("files").click());
  byId("files").addEventListener("change", ({ target }) => {
    uploads.add([...target.files]);
    target.value = "";
  });
}

function grow() {
  field.style.height = "auto";
  field.style.height = `${field.scrollHeight + 4}px`;
}

await speak(language);
wordAgain();
compose();
ready();
fitAboveKeyboard();
roomy.addEventListener("change", surround);
link.open();
