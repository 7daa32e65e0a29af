// The line to the server: hears what is new, notices within 20 s that it is dead, comes back.
// Whatever was missed comes first after a return, because the page says what it saw last.

import { page } from "./page.js";

const GRACE_MS = 1500;
const UNSEEN_MS = 10000;
const LONGEST_MS = 8000;

export class Link {
  #source = null;
  #last = "";
  #heard = 0;
  #beatMs = 15000;
  #tries = 0;
  #timer = null;
  #warn = null;
  #connection = "";
  #unseen = null;
  #resting = false;

  // `on` has: hello, snapshot, item, face, panels (what came) and up, down, gone (how the line is).
  constructor(on) {
    this.on = on;
    this.isUp = false;
    setInterval(() => this.#listen(), 1000);
    addEventListener("offline", () => this.fail({ atOnce: true }));
    addEventListener("online", () => this.open());
    addEventListener("pageshow", (event) => event.persisted && this.open());
    document.addEventListener("visibilitychange", () => this.#looked());
  }

  open() {
    clearTimeout(this.#timer);
    this.#resting = false;
    this.#source?.close();
    this.#heard = performance.now();
    const source = new EventSource(`${page.base}webchat/events?after=${encodeURIComponent(this.#last)}`);
    this.#source = source;
    source.onerror = () => source === this.#source && this.#broke(source);
    for (const kind of ["hello", "snapshot", "item", "face", "panels", "beat"]) {
      source.addEventListener(kind, (event) => source === this.#source && this.#take(kind, event));
    }
  }

  // A browser gives up at once where the server answers that it won't: then it is asked why.
  async #broke(source) {
    const refused = source.readyState === EventSource.CLOSED;
    this.fail();
    if (refused && await this.#status() === 401) this.stop();
  }

  // The server doesn't know this browser any more: asking again changes nothing.
  stop() {
    this.#rest();
    clearTimeout(this.#timer);
    clearTimeout(this.#warn);
    this.on.gone();
  }

  // The line is gone, or a post just failed: say so and try again.
  fail({ atOnce = false } = {}) {
    if (this.#resting) return;
    this.#source?.close();
    this.#source = null;
    this.isUp = false;
    if (atOnce) this.#down();
    else this.#warn ??= setTimeout(() => this.#down(), GRACE_MS);
    clearTimeout(this.#timer);
    const wait = Math.min(LONGEST_MS, 400 * 2 ** this.#tries++) * (0.75 + Math.random() / 2);
    this.#timer = setTimeout(() => this.open(), wait);
  }

  #down() {
    clearTimeout(this.#warn);
    this.#warn = null;
    if (!this.isUp) this.on.down();
  }

  #take(kind, event) {
    this.#heard = performance.now();
    if (event.lastEventId) this.#last = event.lastEventId;
    const data = JSON.parse(event.data);
    if (kind === "hello") this.#greeted(data);
    if (kind === "beat") this.#here();
    else this.on[kind](data);
    if (kind === "hello") this.on.up();
  }

  #greeted(hello) {
    this.#connection = hello.connection;
    this.#beatMs = hello.beat_s * 1000;
    this.#tries = 0;
    this.isUp = true;
    clearTimeout(this.#warn);
    this.#warn = null;
  }

  // A phone in a frame lets go of its line while nobody sees it: a browser keeps only six lines to
  // one server, and two tabs with three phones each would leave none.
  #looked() {
    clearTimeout(this.#unseen);
    if (document.visibilityState === "visible") {
      if (this.#resting) this.open();
      else this.#here();
    } else if (parent !== window) this.#unseen = setTimeout(() => this.#rest(), UNSEEN_MS);
  }

  #rest() {
    this.#resting = true;
    this.isUp = false;
    this.#source?.close();
    this.#source = null;
  }

  #listen() {
    if (this.#source && performance.now() - this.#heard > this.#beatMs * 4 / 3) this.fail({ atOnce: this.isUp });
  }

  // Tells the server that somebody may be looking, so that it counts us as reached.
  async #here() {
    if (!this.isUp) return;
    const status = await this.#status();
    if (status === 410) this.open();
    if (status === 401) this.stop();
    if (!status) this.fail();
  }

  // What the server says to a sign of life; 0 where it says nothing.
  async #status() {
    try {
      const answer = await fetch(`${page.base}webchat/here`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ connection: this.#connection }),
        signal: AbortSignal.timeout(8000),
      });
      return answer.status;
    } catch {
      return 0;
    }
  }
}
