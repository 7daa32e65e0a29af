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
  drawButton(state.playing);
  if (changed("caption", [state.step, state.caption])) drawCaption(state);
  if (changed("mails", state.mails)) drawMails(state.mails);
  if (changed("log", state.log)) drawLog(state.log);
}

function drawButton(playing) {
  const button = byId("play");
  if (!changed("playing", playing)) return;
  button.classList.toggle("playing", playing);
  button.querySelector("b").textContent = playing ? "Pauze" : "Speel af";
  button.querySelector("small").textContent = playing ? "pause" : "play";
}

function drawCaption({ step, caption }) {
  put("number", String(step));
  byId("number").hidden = step === 0;
  put("dutch", caption.dutch);
  put("english", caption.english);
  [...byId("steps").children].forEach((item, index) => {
    item.classList.toggle("done", index + 1 < step);
    item.classList.toggle("here", index + 1 === step);
    if (index + 1 === step) item.setAttribute("aria-current", "step");
    else item.removeAttribute("aria-current");
  });
  for (const column of document.querySelectorAll(".column")) {
    const acts = Number(column.dataset.column) === caption.column;
    column.classList.toggle("acting", acts);
    column.querySelector(".now").hidden = !acts;
    column.querySelector(".line").textContent = caption.columns[Number(column.dataset.column) - 1];
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
    make("li", {}, make("a", { href: `${base}/file/${file.number}`, target: "_blank", rel: "noopener" }, `${file.name} (${size(file.size)})`))),
    make("li", {}, make("a", { href: `${base}/mail.eml` }, "mail.eml")));
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
  byId("log").replaceChildren(...lines.map((line) => make("tr", {}, make("td", {}, String(line.number)),
    make("td", {}, line.at), make("td", {}, line.words), make("td", {}, line.code))));
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
