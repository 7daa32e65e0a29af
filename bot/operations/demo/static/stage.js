// The stage: asks twice a second how the demonstration stands, and draws what changed.

const byId = (id) => document.getElementById(id);
let shown = {};
let opened = null;
let chosen = false;

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

function put(id, text) {
  const element = byId(id);
  if (element.textContent !== text) element.textContent = text;
}

function changed(key, value) {
  const text = JSON.stringify(value);
  if (shown[key] === text) return false;
  shown[key] = text;
  return true;
}

function draw(state) {
  put("date", `${state.day}\n${state.date}`);
  put("clock", state.time);
  const { scene } = state;
  if (changed("button", scene.button)) drawButton(scene.button);
  if (changed("scene", scene)) drawScene(scene);
  if (changed("mails", state.mails)) drawMails(state.mails);
  if (changed("log", state.log)) drawLog(state.log);
  const phones = [...document.querySelectorAll(".phone iframe")].map((frame) => frame.contentDocument);
  phones.forEach((phone) => dressPhotos(phone, state.photos));
  if (scene.led) turnPhones(phones, scene.step);
}

const BUTTONS = { play: ["Speel af", "play"], pause: ["Pauze", "pause"], again: ["Opnieuw", "play again"], anew: ["Speel af", "play a new night"] };

function drawButton(name) {
  const button = byId("play");
  const [dutch, english] = BUTTONS[name];
  button.classList.toggle("playing", name === "pause");
  button.querySelector("b").textContent = dutch;
  button.querySelector("small").textContent = english;
}

function drawScene({ step, done, dutch, english, column, lines, notice }) {
  put("number", String(step));
  byId("number").hidden = step === 0;
  put("dutch", dutch);
  put("english", english);
  [...byId("steps").children].forEach((item, index) => {
    item.classList.toggle("done", done.includes(index + 1));
    item.classList.toggle("here", index + 1 === step);
    if (index + 1 === step) item.setAttribute("aria-current", "step");
    else item.removeAttribute("aria-current");
  });
  for (const place of document.querySelectorAll(".column")) {
    const acts = Number(place.dataset.column) === column;
    place.classList.toggle("acting", acts);
    place.querySelector(".now").hidden = !acts;
    place.querySelector(".line").textContent = lines[Number(place.dataset.column) - 1];
  }
  const bar = byId("notice");
  bar.hidden = !notice;
  bar.querySelector("b").textContent = notice?.[0] ?? "";
  bar.querySelector("span").textContent = notice?.[1] ?? "";
}

// The played story has no browser that could keep a preview of the pictures it sends: they are put
// where a real phone shows them.
function dressPhotos(phone, photos) {
  for (const bubble of phone?.querySelectorAll(".own.upload") ?? []) {
    const code = bubble.querySelector(".proof")?.textContent.replace(/\s/g, "");
    const icon = bubble.querySelector("div.thumb");
    if (icon && photos.includes(code)) {
      const picture = phone.createElement("img");
      picture.className = "thumb";
      picture.alt = "";
      picture.src = `/demo/photo/${code}`;
      icon.replaceWith(picture);
    }
  }
}

// Within its phone only: the page itself stays where the visitor has it.
function showAtTop(card) {
  const scroll = card.ownerDocument.getElementById("scroll");
  scroll.scrollTop += card.getBoundingClientRect().top - scroll.getBoundingClientRect().top - 8;
}

// While the story plays, the phones show what it tells of: the card that closed, then the news of
// the mail on the coordinator's.
let turned = 0;

function turnPhones(phones, step) {
  if (step < 5) turned = 0;
  if (step === 5 && turned < 5) {
    const cards = phones.map((phone) => phone?.querySelector(".card.closed, .card.no_news, .card.rectified"));
    cards.filter(Boolean).forEach(showAtTop);
    if (cards.filter(Boolean).length >= 2) turned = 5;
  }
  if (step > 5 && turned < 6) {
    const scroll = phones[2]?.getElementById("scroll");
    if (scroll) scroll.scrollTop = scroll.scrollHeight;
    turned = 6;
  }
}

function drawMails(mails) {
  byId("mails").replaceChildren(...mails.map((mail) => {
    const button = make("button", { type: "button", "aria-pressed": "false", "data-mail": mail.id },
      make("b", {}, mail.subject), make("span", {}, mail.at), make("span", { class: "preview" }, mail.preview));
    button.addEventListener("click", () => { chosen = true; open(mail); });
    return make("li", {}, button);
  }));
  byId("none").hidden = mails.length > 0;
  byId("reading").hidden = mails.length === 0;
  byId("larger").hidden = mails.length === 0;
  if (!mails.length) { chosen = false; opened = null; large(false); return; }
  const still = mails.find((mail) => mail.id === opened);
  open(chosen && still ? still : mails[0]);
}

function open(mail) {
  for (const button of document.querySelectorAll("[data-mail]")) {
    button.setAttribute("aria-pressed", String(button.dataset.mail === mail.id));
  }
  if (opened === mail.id) return;
  opened = mail.id;
  const base = `/demo/mail/${encodeURIComponent(mail.id)}`;
  byId("letter").src = base;
  byId("files").replaceChildren(...mail.files.map((file) =>
    make("li", {}, make("a", { href: `${base}/file/${file.number}`, target: "_blank", rel: "noopener", title: size(file.size) }, file.name))),
    make("li", {}, make("a", { href: `${base}/mail.eml` }, "mail.eml")));
  byId("photos").hidden = mail.photos === 0;
  byId("photos").querySelector("ul").replaceChildren(...Array.from({ length: mail.photos }, (_, index) =>
    make("li", {}, make("img", { src: `${base}/photo/${index}`, alt: `beeld ${index + 1}` }))));
  const name = mail.files.find((file) => file.name.endsWith(".pdf"))?.name ?? "";
  byId("pages").replaceChildren(...Array.from({ length: mail.pages }, (_, index) => {
    const words = `${name}, blad ${index + 1} van ${mail.pages}`;
    return make("figure", {}, make("img", { src: `${base}/page/${index + 1}.png`, alt: words, width: "1190", height: "1684", loading: "lazy" }),
      make("figcaption", {}, words));
  }));
}

function size(bytes) {
  return bytes >= 1e6 ? `${(bytes / 1e6).toFixed(1).replace(".", ",")} MB` : `${Math.ceil(bytes / 1e3)} kB`;
}

function drawLog(lines) {
  byId("logged").hidden = lines.length === 0;
  byId("log").replaceChildren(...lines.map((line) => make("tr", {}, make("td", {}, String(line.number)),
    make("td", {}, line.at), make("td", {}, line.words[0], make("small", { lang: "en" }, line.words[1])), make("td", {}, line.code))));
  const box = byId("log").closest(".log");
  box.scrollTop = box.scrollHeight;
}

function large(on) {
  document.body.classList.toggle("large", on);
  byId("larger").setAttribute("aria-pressed", String(on));
  byId("larger").querySelector("b").textContent = on ? "Kleiner" : "Groter";
  byId("larger").querySelector("small").textContent = on ? "smaller" : "larger";
}

async function press(name) {
  await fetch(`/demo/${name}`, { method: "POST" }).catch(() => null);
  await look();
}

async function look() {
  const answer = await fetch("/demo/state").catch(() => null);
  if (answer?.ok) draw(await answer.json());
}

async function watch() {
  for (;;) {
    await look();
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

byId("play").addEventListener("click", () => press(byId("play").classList.contains("playing") ? "pause" : "play"));
byId("morning").addEventListener("click", () => press("morning"));
byId("restart").addEventListener("click", () => press("restart"));
byId("larger").addEventListener("click", () => large(!document.body.classList.contains("large")));
watch();
