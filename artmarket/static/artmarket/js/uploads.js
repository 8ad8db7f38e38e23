// Sends the files of a field one by one, each with its own progress and its own answer: a refused
// one says why and holds nobody up. What did not arrive stays in the field. And keeps the rows of
// the page fresh without touching what is being typed.

import { button, words } from "./files.js";

const TURN = 3000; // milliseconds between two looks at pictures that are being drawn
const TURNS = 100;

function post(address, body, { signal, progress } = {}) {
  return new Promise((done) => {
    const request = new XMLHttpRequest();
    const end = () => {
      let answer = {};
      if (/json/.test(request.getResponseHeader("Content-Type") ?? "")) {
        answer = JSON.parse(request.responseText);
      }
      done({ status: request.status, aborted: Boolean(signal?.aborted), answer });
    };
    request.open("POST", address);
    request.setRequestHeader("Accept", "application/json");
    if (progress) {
      request.upload.addEventListener("progress", (event) => progress(event.loaded, event.total));
    }
    request.addEventListener("loadend", end);
    signal?.addEventListener("abort", () => request.abort());
    request.send(body);
  });
}

async function pageAgain(address = location.href) {
  const answer = await fetch(address, { headers: { Accept: "text/html" } });
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

export class Sending {
  constructor(drop) {
    this.drop = drop;
    this.data = drop.dataset;
    this.form = drop.input.form;
    this.count = drop.held.length;
    this.done = 0;
    this.refused = 0;
    this.stopped = [];
  }

  async run() {
    this.leaving = (event) => event.preventDefault();
    addEventListener("beforeunload", this.leaving);
    this.stop = button(this.data.stop, this.data.stop, () => this.cancel());
    this.drop.state.after(this.stop);
    this.drop.state.textContent = `${this.data.uploading}…`;
    try {
      if (this.drop.expired) await this.renewToken();
      if (await this.begun()) await this.all();
    } finally {
      removeEventListener("beforeunload", this.leaving);
      const focused = document.activeElement === this.stop;
      this.stop.remove();
      if (focused) this.drop.input.focus();
    }
    await this.finish();
  }

  // The first half of a form that begins something: all but the files, once.
  async begun() {
    if (this.data.each) return true;
    const body = new FormData(this.form);
    body.delete(this.drop.input.name);
    const { status, answer } = await this.sent(this.form.action, body);
    if (status !== 201) {
      const [wrong] = Object.keys(answer.fields ?? {});
      this.halt(status, wrong ? { title: answer.fields[wrong] } : answer);
      if (wrong) this.form.elements[wrong]?.focus();
      return false;
    }
    this.data.each = answer.each;
    this.drop.next = answer.next;
    for (const field of this.form.elements) field.readOnly = true;
    return true;
  }

  async all() {
    const queue = [...this.drop.held];
    for (const file of queue) {
      if (this.stopped.length) return;
      if (this.drop.held.includes(file)) await this.one(file);
    }
  }

  async one(file) {
    const number = this.done + this.refused + 1;
    this.drop.state.textContent = words(this.data.sending, { n: number, count: this.count });
    const item = this.drop.item(file);
    const [bar, note] = this.travelling(item, file);
    const away = item.querySelector("button");
    this.abort = new AbortController();
    this.drop.taken = (other) => other === file && this.abort.abort();
    const body = new FormData();
    body.append("csrfmiddlewaretoken", this.form.elements.csrfmiddlewaretoken.value);
    body.append(this.drop.input.name, file);
    const { status, aborted, answer } = await this.sent(this.data.each, body, {
      signal: this.abort.signal,
      progress: (loaded, total) => this.tell(bar, note, away, loaded / total),
    });
    this.drop.taken = null;
    for (const part of [bar, note]) part.remove();
    item.classList.remove("drop-sending");
    away.hidden = false;
    away.textContent = this.data.remove;
    away.setAttribute("aria-label", `${this.data.remove} ${file.name}`);
    if (status === 201) {
      this.done += 1;
      this.release(file);
    } else if (aborted) {
      this.count -= 1;
    } else if (status === 413 || (status >= 400 && status < 500 && answer.code && status !== 401)) {
      const { title = this.data.refused, detail } = answer;
      this.refused += 1;
      this.release(file);
      this.drop.refuse(file.name, title, detail, this.rule(answer.rule));
    } else {
      this.halt(status, answer);
    }
  }

  travelling(item, file) {
    const bar = document.createElement("progress");
    bar.max = 1;
    bar.value = 0;
    bar.setAttribute("aria-label", `${this.data.uploading} ${file.name}`);
    const note = document.createElement("span");
    note.className = "drop-note muted";
    note.textContent = "0%";
    item.classList.add("drop-sending");
    const away = item.querySelector("button");
    away.textContent = this.data.cancel;
    away.setAttribute("aria-label", `${this.data.cancel} ${file.name}`);
    away.before(bar, note);
    item.scrollIntoView?.({ block: "nearest" });
    return [bar, note];
  }

  // When all bytes have left, the server is judging; a cancel would come too late to be honest.
  tell(bar, note, away, share) {
    if (share < 1) {
      bar.value = share;
      note.textContent = `${Math.floor(share * 100)}%`;
      return;
    }
    bar.removeAttribute("value");
    note.textContent = this.data.judging;
    away.hidden = true;
    this.abort = null;
  }

  // Sends; a stale token of the form is renewed once.
  async sent(address, body, how) {
    const answer = await post(address, body, how);
    if (answer.status !== 403 || answer.answer.code) return answer;
    await this.renewToken();
    body.set("csrfmiddlewaretoken", this.form.elements.csrfmiddlewaretoken.value);
    return post(address, body, how);
  }

  async renewToken() {
    const field = (await pageAgain()).querySelector("[name=csrfmiddlewaretoken]");
    if (!field) return;
    for (const own of document.querySelectorAll("[name=csrfmiddlewaretoken]")) own.value = field.value;
  }

  rule(id) {
    if (!id) return "";
    const link = document.createElement("a");
    link.href = this.data.rules.replace("_", id);
    link.target = "_blank";
    link.rel = "noopener";
    link.textContent = this.data.rule;
    return link;
  }

  cancel() {
    this.stopped = [this.data.stopped];
    this.abort?.abort();
  }

  // Nothing more can be sent now; what was not sent stays in the field.
  halt(status, answer) {
    this.failed = true;
    this.stopped = [answer.title || this.data.lost, answer.detail].filter(Boolean);
    this.drop.expired = status === 401 || status === 403;
    if (status === 401) {
      const link = document.createElement("a");
      link.href = this.data.login;
      link.target = "_blank";
      link.rel = "noopener";
      link.textContent = this.data.enter;
      this.way = link;
    }
  }

  release(file) {
    this.drop.hold(this.drop.held.filter((other) => other !== file));
  }

  async finish() {
    const { drop, data, done, refused } = this;
    if (drop.next && done && !refused && !this.stopped.length) return location.assign(drop.next);
    const said = [];
    if (done) said.push(words(data.done, { count: done }));
    if (refused) said.push(words(data.some, { count: refused }));
    said.push(...this.stopped);
    if (this.stopped.length && drop.held.length) said.push(words(data.kept, { count: drop.held.length }));
    drop.state.replaceChildren(...said.map(line));
    drop.state.classList.toggle("error", Boolean(this.failed));
    if (this.way) drop.state.append(this.way);
    if (drop.next) {
      const link = document.createElement("a");
      link.href = drop.next;
      link.textContent = data.next;
      drop.state.append(link);
    } else if (done) {
      renew(await pageAgain());
      follow();
    }
  }
}

function line(text) {
  const row = document.createElement("span");
  row.textContent = text;
  return row;
}

// Parts that show only what the server knows are replaced, lists get the rows that are new.
function renew(page) {
  for (const old of document.querySelectorAll("[data-fresh]")) {
    const fresh = page.getElementById(old.id);
    if (fresh && fresh.outerHTML !== old.outerHTML) old.replaceWith(document.adoptNode(fresh));
  }
  for (const list of document.querySelectorAll("[data-grows]")) {
    const rows = [...(page.getElementById(list.id)?.children ?? [])];
    list.append(...rows.filter((row) => !document.getElementById(row.id)));
    list.hidden = !list.children.length;
  }
}

let following = false;

// Looks again while pictures are being drawn, as long as somebody looks at the page.
export async function follow() {
  if (following) return;
  following = true;
  for (let turn = 0; turn < TURNS && document.querySelector("[data-poll]"); turn += 1) {
    await new Promise((next) => setTimeout(next, TURN));
    if (document.hidden) continue;
    try {
      renew(await pageAgain());
    } catch {
      // Without a connection the next turn looks again.
    }
  }
  following = false;
}
