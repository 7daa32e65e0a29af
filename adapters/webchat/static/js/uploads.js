// Photos and videos on their way, one after the other, beside the words.

import { page } from "./page.js";
import { newId } from "./outbox.js";
import { language } from "./words.js";

export class Uploads {
  #busy = null;
  #timer = null;

  // `on` has: changed(upload), kept(upload, item), trouble(error, text), noLine().
  constructor(on) {
    this.on = on;
    this.all = [];
  }

  add(files) {
    const group = files.length > 1 ? newId() : null;
    files.forEach((file, index) => {
      const upload = {
        client_id: newId(), file, group, n: index + 1, of: files.length, since: Date.now(),
        state: "waiting", sent: 0, error: null, text: null,
        preview: file.type.startsWith("image/") ? URL.createObjectURL(file) : null,
      };
      if (file.size > page.uploadMax) Object.assign(upload, { state: "refused", error: "too_large_size" });
      if (file.size === 0) Object.assign(upload, { state: "refused", error: "empty_file" });
      this.all.push(upload);
      this.on.changed(upload);
    });
    this.send();
  }

  holds(clientId) {
    return this.all.some((upload) => upload.client_id === clientId && upload.state !== "kept");
  }

  find(clientId) {
    return this.all.find((upload) => upload.client_id === clientId);
  }

  stop(upload) {
    upload.state = "stopped";
    this.all = this.all.filter((other) => other !== upload);
    if (this.#busy?.upload === upload) this.#busy.request.abort();
    if (upload.preview) URL.revokeObjectURL(upload.preview);
    this.on.changed(upload);
  }

  send() {
    clearTimeout(this.#timer);
    const next = this.all.find((upload) => upload.state === "waiting");
    if (this.#busy || !next) return;
    const request = new XMLHttpRequest();
    this.#busy = { upload: next, request };
    next.state = "sending";
    next.sent = 0;
    const query = new URLSearchParams({
      client_id: next.client_id, waited_ms: String(Math.max(0, Date.now() - next.since)),
    });
    if (next.group) query.set("group", next.group);
    request.open("POST", `${page.base}webchat/upload?${query}`);
    request.responseType = "json";
    request.setRequestHeader("Content-Type", next.file.type || "application/octet-stream");
    request.setRequestHeader("X-Page-Language", language);
    request.setRequestHeader("X-File-Name", named(next.file));
    request.upload.onprogress = (event) => this.#progressed(next, event.loaded);
    request.onload = () => this.#answered(next, request.status, request.response ?? {});
    request.onerror = () => this.#broken(next);
    request.onabort = () => this.#free();
    request.send(next.file);
    this.on.changed(next);
  }

  #progressed(upload, loaded) {
    upload.sent = Math.min(loaded, upload.file.size);
    this.on.changed(upload);
  }

  #answered(upload, status, body) {
    if (status === 200) {
      upload.state = "kept";
      this.on.kept(upload, body);
      this.#free();
    } else if (status === 429 || status >= 500 || status === 401) {
      upload.state = "waiting";
      this.on.trouble(body.error ?? "not_kept", body.text);
      this.#free((body.retry_s ?? 5) * 1000);
    } else {
      Object.assign(upload, { state: "refused", error: body.error ?? "other", text: body.text });
      this.#free();
    }
    this.on.changed(upload);
  }

  #broken(upload) {
    upload.state = "waiting";
    this.on.changed(upload);
    this.on.noLine();
    this.#free(5000);
  }

  #free(waitMs = 0) {
    this.#busy = null;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.send(), waitMs);
  }
}

// The file's name as a header may carry it: whole characters, none but plain ones.
function named(file) {
  const whole = new TextDecoder().decode(new TextEncoder().encode(file.name));
  return encodeURIComponent([...whole].slice(0, 120).join(""));
}
