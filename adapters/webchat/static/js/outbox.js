// The person's own words on their way: kept in the browser until the server has them, sent in
// order, each once (the server knows a repeated `client_id`).

import { page } from "./page.js";
import { language } from "./words.js";

const PREFIX = `saar:outbox:${page.base}:`;  // one key an entry, so that two tabs keep both theirs

export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export class Outbox {
  #busy = false;
  #timer = null;

  // `on` has: changed(), kept(entry, item), refused(entry, text), trouble(text), noLine().
  constructor(on) {
    this.on = on;
    this.entries = recalled();
  }

  // `said` is {text}, {token, message, number, label} or {location}.
  add(said) {
    const entry = { client_id: newId(), since: Date.now(), ...said };
    this.entries.push(entry);
    remember(entry);
    this.on.changed();
    this.send();
    return entry;
  }

  holds(clientId) {
    return this.entries.some((entry) => entry.client_id === clientId);
  }

  async send() {
    if (this.#busy) return;
    this.#busy = true;
    clearTimeout(this.#timer);
    try {
      while (this.entries.length && await this.#sendOne(this.entries[0]));
    } finally {
      this.#busy = false;
    }
  }

  async #sendOne(entry) {
    let answer, body;
    try {
      answer = await posted(entry);
      body = await answer.json().catch(() => ({}));
    } catch {
      this.on.noLine();
      this.#later(3000);
      return false;
    }
    if (answer.ok) this.#done(() => this.on.kept(entry, body));
    else if (answer.status === 429 || answer.status >= 500 || answer.status === 401) {
      this.on.trouble(body.error ?? "not_kept", body.text);
      this.#later((body.retry_s ?? 5) * 1000);
      return false;
    } else this.#done(() => this.on.refused(entry, body.error ?? "other", body.text));
    return true;
  }

  #done(tell) {
    forget(this.entries.shift());
    tell();
    this.on.changed();
  }

  #later(milliseconds) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.send(), milliseconds);
  }
}

function remember(entry) {
  try {
    localStorage.setItem(PREFIX + entry.client_id, JSON.stringify(entry));
  } catch { /* a browser that stores nothing still sends */ }
}

function forget(entry) {
  try {
    localStorage.removeItem(PREFIX + entry.client_id);
  } catch { /* as above */ }
}

function recalled() {
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith(PREFIX))
      .map((key) => JSON.parse(localStorage.getItem(key))).sort((a, b) => a.since - b.since);
  } catch {
    return [];
  }
}

function posted(entry) {
  const { since, number, label, ...said } = entry;
  const body = { ...said, waited_ms: Math.max(0, Date.now() - since) };
  if (label !== undefined) body.label = number === undefined ? label : `${number}, ${label}`;
  return fetch(`${page.base}webchat/messages`, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Page-Language": language },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(20000),
  });
}
