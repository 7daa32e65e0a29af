// The conversation: what the server told, in its places, then what is still on its way.

import { byId, make } from "./page.js";
import { drawEntry, drawItem, drawKept, drawUpload, moveBar } from "./draw.js";
import { day, dayKey } from "./time.js";
import { announce } from "./announce.js";
import { say } from "./words.js";

const log = byId("log");
const scroll = byId("scroll");
const newer = byId("newer");
const LEAD_MS = 15000;
const GAP = 12;  // pixels above what is shown from its beginning

export class Log {
  #items = new Map();
  #nodes = new Map();
  #now = "";
  #noteAfter = null;
  #following = true;
  #followedTo = 0;
  #followedSize = "";
  #readTo = 0;  // how many elements there were when somebody scrolled to the end
  #under = 0;  // how many own messages were under way
  #led = 0;

  // `view` has what elements need: press, pressed, sharePlace, pickMedia, stop.
  constructor(outbox, uploads, view) {
    this.outbox = outbox;
    this.uploads = uploads;
    this.refused = [];
    this.view = {
      ...view,
      open: (item) => this.#open(item),
      asking: (item) => this.#asking(item),
      titleOf: (id) => this.#items.get(id)?.card?.title,
    };
    scroll.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    const sizes = new ResizeObserver(() => this.#follow());
    sizes.observe(scroll);
    sizes.observe(log);
    newer.addEventListener("click", () => { this.#following = true; this.#follow(); });
  }

  get isEmpty() {
    return this.#items.size === 0 && this.outbox.entries.length === 0 && this.uploads.all.length === 0;
  }

  // Everything anew: the first view, or after the server's history started again.
  fill(items) {
    log.setAttribute("aria-busy", "true");
    this.#items.clear();
    this.#nodes.clear();
    log.replaceChildren();
    items.forEach((item) => this.#items.set(item.id, item));
    this.#noteAfter = items.at(-1)?.id ?? null;
    this.#following = true;
    this.draw();
    log.setAttribute("aria-busy", "false");
  }

  at(now) {
    this.#now = now;
  }

  // Takes a message; returns true if it was not here before.
  take(item) {
    const old = this.#items.get(item.id);
    if (old && (old.number > item.number || (old.number === item.number && old.stored === item.stored))) return false;
    this.#items.set(item.id, item);
    if (item.from === "me") this.#following = true;
    if (item.from === "bot" && !item.deleted) announce(item, old);
    this.draw();
    return !old;
  }

  redraw() {
    this.#nodes.clear();
    this.draw();
  }

  // Puts the right elements in the right order, touching only what changed.
  draw() {
    const under = this.outbox.entries.length + this.uploads.all.length;
    if (under > this.#under) this.#following = true;
    this.#under = under;
    const wanted = this.#wanted();
    let here = log.firstChild;
    for (const node of wanted) {
      if (node === here) here = here.nextSibling;
      else log.insertBefore(node, here);
    }
    while (here) {
      const next = here.nextSibling;
      here.remove();
      here = next;
    }
    this.#follow();
  }

  moved(upload) {
    const node = this.#nodes.get(`upload ${upload.client_id} going`);
    if (node?.isConnected && (upload.state === "sending" || upload.state === "waiting")) moveBar(node, upload);
    else this.draw();
  }

  #wanted() {
    const nodes = [], keep = new Map();
    const put = (key, build) => {
      const node = this.#nodes.get(key) ?? build();
      keep.set(key, node);
      nodes.push(node);
      return node;
    };
    const items = [...this.#items.values()].sort((a, b) => Number(a.id) - Number(b.id));
    let date = "";
    for (const item of items) {
      if (dayKey(item.at) !== date) {
        date = dayKey(item.at);
        put(`day ${date}`, () => make("p", "day", {}, day(item.at, this.#now || item.at)));
      }
      this.#putItem(item, put);
      if (item.id === this.#noteAfter) put("note", () => make("p", "note", {}, say("keep_open")));
    }
    for (const entry of this.refused) put(`refused ${entry.client_id}`, () => drawEntry(entry));
    for (const entry of this.outbox.entries) put(`entry ${entry.client_id}`, () => drawEntry(entry));
    for (const upload of this.uploads.all.filter(({ state }) => state !== "kept")) {
      const going = upload.state === "refused" ? "refused" : "going";
      put(`upload ${upload.client_id} ${going}`, () => drawUpload(upload, this.view));
    }
    this.#nodes = keep;
    return nodes;
  }

  #putItem(item, put) {
    if (item.from === "me" && !item.stored && (this.outbox.holds(item.client) || this.uploads.holds(item.client))) return;
    put(this.#keyOf(item), () => this.#drawn(item));
  }

  #keyOf(item) {
    const buttons = item.from === "bot" ? `${this.#open(item)}${this.#asking(item)}${this.#pressed(item)}` : item.stored;
    return `item ${item.id} ${item.number} ${buttons}`;
  }

  #drawn(item) {
    const upload = item.media && this.uploads.find(item.client);
    return upload ? drawKept(item, upload) : drawItem(item, this.view);
  }

  #pressed(item) {
    return (item.choices ?? []).map(({ token }) => this.view.pressed(token)).join();
  }

  // Whether a message's choices are still to be taken.
  #open(item) {
    if (!item.choices?.length) return false;
    if (item.card) return true;
    const taken = item.choices.some(({ token }) => token === item.answered || this.view.pressed(token));
    return !taken && !this.#superseded(item);
  }

  // Of the questions in one thread only the newest is asked.
  #superseded(item) {
    const thread = item.panel?.thread;
    if (!thread) return false;
    for (const other of this.#items.values()) {
      if (Number(other.id) > Number(item.id) && other.panel?.thread === thread) return true;
    }
    return false;
  }

  // A place or picture is asked by the newest message of the bot's that isn't a card.
  #asking(item) {
    if (!item.ask) return false;
    for (const other of this.#items.values()) {
      if (Number(other.id) > Number(item.id) && (other.from === "bot" ? !other.card : !other.media)) return false;
    }
    return true;
  }

  // After a choice the focus leads on: to the answers of the next question, or to the field where
  // words are asked; on a touch screen not to the field, since that would raise its keyboard.
  awaitQuestion() {
    this.#led = performance.now() + LEAD_MS;
  }

  lead(item, field) {
    const here = document.activeElement;
    const stayed = here === log || here === document.body || here.dataset.token;  // nobody went on
    if (performance.now() > this.#led || !stayed) return;
    const answers = this.#nodes.get(this.#keyOf(item))?.querySelector(".choices");
    if (item.card || !(answers || item.panel?.thread)) return;
    this.#led = 0;
    if (answers) answers.focus({ preventScroll: true });
    else if (!matchMedia("(pointer: coarse)").matches) field.focus({ preventScroll: true });
  }

  // Brings the newest card with this title into sight.
  goTo(title) {
    const item = [...this.#items.values()].filter(({ card }) => card?.title === title).at(-1);
    const node = item && this.#nodes.get(this.#keyOf(item));
    if (!node) return;
    this.#following = false;
    node.tabIndex = -1;
    node.scrollIntoView({ block: "start" });
    node.focus({ preventScroll: true });
  }

  // Somebody scrolled; or what stands above changed its size, which nobody did by hand.
  #scrolled() {
    if (this.#following && this.#size() !== this.#followedSize) {
      this.#follow();
      return;
    }
    const atEnd = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 80;
    const byHand = Math.abs(scroll.scrollTop - this.#followedTo) >= 4;
    this.#following = atEnd || !byHand;
    if (atEnd && byHand) this.#readTo = log.childElementCount;
    if (this.#following) newer.hidden = true;
  }

  // Shows the end; of a question that is too long to be seen whole, its beginning, until somebody
  // has scrolled to its end.
  #follow() {
    if (!this.#following) return;
    const last = log.lastElementChild;
    const read = this.#readTo === log.childElementCount;
    const long = !read && last?.matches(".bot, .card") && last.offsetHeight > scroll.clientHeight - GAP;
    scroll.scrollTop = long
      ? scroll.scrollTop + last.getBoundingClientRect().top - scroll.getBoundingClientRect().top - GAP
      : scroll.scrollHeight;
    this.#followedTo = scroll.scrollTop;
    this.#followedSize = this.#size();
    newer.hidden = true;
  }

  #size() {
    return `${scroll.scrollHeight}/${scroll.clientHeight}`;
  }

  hint() {
    if (!this.#following) newer.hidden = false;
  }
}
