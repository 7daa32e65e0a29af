// Each message as an element.

import { make, paragraphs, page, plain } from "./page.js";
import { icon } from "./icons.js";
import { card } from "./card.js";
import { chosen, decimal, say, size } from "./words.js";
import { day, hour } from "./time.js";

// What the server told, from the bot or from this person.
export function drawItem(item, view) {
  if (item.deleted) return make("p", "note removed", {}, say("removed"));
  return item.from === "me" ? own(item) : bot(item, view);
}

function bot(item, view) {
  const buttons = view.open(item) ? choices(item, view) : null;
  if (item.card) return card(item, buttons);
  const gate = item.panel?.kind === "gate";
  const parts = [quote(item, view), ...(gate ? gateParts(item, buttons !== null) : paragraphs(item.text))];
  parts.push(...(item.files ?? []).map(download));
  if (!gate) parts.push(make("p", "meta", {}, hour(item.at)));
  if (buttons) parts.push(buttons);
  parts.push(...asks(item, view));
  return make("div", `said bot${gate ? " gate wide" : buttons ? " wide" : ""}`, {}, ...parts);
}

function quote(item, view) {
  const title = item.reply_to && view.titleOf(item.reply_to);
  return title ? make("p", "quote", {}, say("in_reply", { title })) : null;
}

// The gate: the question, the red button, then what is the case.
function gateParts(item, unanswered) {
  const { question, detail, prompt } = gateWords(item);
  const parts = [make("h2", "question", {}, plain(question)), ...paragraphs(detail)];
  if (unanswered) {
    parts.push(make("a", "call", { href: `tel:${page.emergency}` }, icon("phone"), say("call_first")));
    if (prompt) parts.push(make("p", "prompt", {}, plain(prompt)));
  }
  return parts;
}

function gateWords({ panel, text }) {
  if (panel.question) return { detail: "", prompt: "", ...panel };
  const parts = text.split(/\n+/).filter((part) => part.trim());
  const prompt = parts.length > 1 ? parts.pop() : "";
  return { question: parts.shift() ?? "", detail: parts.join("\n\n"), prompt };
}

function choices(item, view) {
  const few = item.choices.length === 2 && item.choices.every(({ label }) => label.length <= 9);
  const list = make("div", few && item.card ? "choices pair" : "choices",
    { role: "group", "aria-label": say("answers"), tabindex: -1 });
  for (const choice of item.choices) {
    const button = make("button", "choice", { type: "button" },
      make("span", "number", {}, String(choice.number)), make("span", "", {}, choice.label));
    if (view.pressed(choice.token)) button.setAttribute("aria-disabled", "true");
    button.addEventListener("click", () => view.press(item, choice));
    list.append(button);
  }
  return list;
}

function asks(item, view) {
  if (!item.ask || !view.asking(item)) return [];
  if (item.ask === "location") return [plainButton("pin", say("share_place"), () => view.sharePlace())];
  if (item.ask === "photo") return [plainButton("camera", say("pick_media"), () => view.pickMedia())];
  return [];
}

export function plainButton(name, label, act) {
  const button = make("button", "plain", { type: "button" }, icon(name), label);
  button.addEventListener("click", act);
  return button;
}

function download(file) {
  const until = say("download_until", { size: size(file.size), when: `${day(file.until, file.until)} ${hour(file.until)}` });
  return make("a", "download", { href: `${page.base}webchat/file/${file.file}`, download: file.name }, icon("file"),
    make("span", "", {}, say("download", { name: file.name }), make("small", "", {}, until)));
}

function own(item) {
  if (item.media) return ownMedia(item);
  const said = make("div", "said own", {}, ...paragraphs(ownWords(item)));
  said.append(item.stored ? make("p", "meta", {}, `${hour(item.at)} · ${say("stored")}`) : waitingLine());
  if (!item.stored) said.classList.add("waiting");
  return said;
}

function ownWords(item) {
  if (item.chose) return chosen(item.chose);
  if (item.location) return place(item.location);
  return /^\/start\b/.test(item.text) ? say("join_said") : item.text;
}

function place({ latitude, longitude, accuracy_m: metres }) {
  const values = { latitude: decimal(latitude, 5), longitude: decimal(longitude, 5), metres: Math.round(metres ?? 0) };
  return say(metres ? "my_place_within" : "my_place", values);
}

function waitingLine() {
  return make("p", "meta state", {}, icon("clock"), say("waiting"));
}

// The person's words that the server doesn't have yet, or won't take.
export function drawEntry(entry) {
  const words = entry.label !== undefined ? chosen(entry) : ownWords(entry);
  if (entry.refusal) {
    return make("div", "said own refused", {}, ...paragraphs(words),
      make("p", "meta state", {}, icon("cross"), `${say("refused")}. ${entry.refusal}`));
  }
  return make("div", "said own waiting", {}, ...paragraphs(words), waitingLine());
}

const kindOf = (mime) => (mime.startsWith("image/") ? "photo" : mime.startsWith("video/") ? "video" : "file");

function title(kind, n, of) {
  return of > 1 ? say(`${kind}_of`, { n, of }) : say(kind);
}

function thumb(preview) {
  if (!preview) return make("div", "thumb", {}, icon("camera"));
  const picture = make("img", "thumb", { src: preview, alt: "" });
  picture.addEventListener("error", () => picture.replaceWith(make("div", "thumb", {}, icon("camera"))));
  return picture;
}

function lock() {
  return make("p", "lock", {}, icon("lock"), say("police_only"));
}

function ownMedia(item, upload = null) {
  const kind = { photo: "photo", video: "video" }[item.media.kind] ?? "file";
  const about = make("div", "about", {},
    make("strong", "", {}, title(kind, upload?.n, upload?.of ?? 1)),
    make("p", "line", {}, icon("check"), say("kept_proof")),
    make("p", "proof", {}, item.media.proof));
  return make("div", "said own upload", {}, make("div", "file", {}, thumb(upload?.preview), about),
    ...paragraphs(item.text), lock());
}

export function drawKept(item, upload) {
  return ownMedia(item, upload);
}

export function drawUpload(upload, view) {
  const about = make("div", "about", {}, make("strong", "", {}, title(kindOf(upload.file.type), upload.n, upload.of)));
  const bubble = make("div", "said own upload", {}, make("div", "file", {}, thumb(upload.preview), about));
  if (upload.state === "refused") {
    bubble.classList.add("refused");
    about.append(make("p", "line", {}, icon("cross"), say("refused")), make("p", "", {}, refusalOf(upload)));
    bubble.append(plainButton("cross", say("take_away"), () => view.stop(upload)));
    return bubble;
  }
  const track = make("div", "track", { role: "progressbar", "aria-label": say(kindOf(upload.file.type)), "aria-valuemin": 0, "aria-valuemax": 100 },
    make("div", "fill"));
  about.append(track, make("p", "line", { "data-words": "" }));
  bubble.append(plainButton("cross", say("stop"), () => view.stop(upload)), lock());
  moveBar(bubble, upload);
  return bubble;
}

export function refusalOf(upload) {
  const values = { size: size(upload.file.size), limit: decimal(page.uploadMax / 1e6, 0) };
  return upload.text ?? say(`error_${upload.error}`, values);
}

// Only the bar and its words move: the button under a finger stays.
export function moveBar(bubble, upload) {
  const percent = Math.floor((upload.sent / upload.file.size) * 100);
  const track = bubble.querySelector(".track");
  const words = bubble.querySelector("[data-words]");
  track.setAttribute("aria-valuenow", String(percent));
  track.firstElementChild.style.width = `${percent}%`;
  bubble.classList.toggle("waiting", upload.state === "waiting");
  if (upload.state === "waiting") words.replaceChildren(icon("clock"), say("waiting"));
  else if (percent >= 100) words.textContent = say("finishing");
  else words.textContent = say("progress", { percent, left: size(upload.file.size - upload.sent) });
}
