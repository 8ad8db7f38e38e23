// A file field that also takes what is dropped or pasted and shows what was chosen. The files stay
// in the field, so the form is the same without script. A field that names the address for single
// files (data-each), or whose form begins something first (data-begin), sends them one by one with
// uploads.js; any other form is sent by the browser itself.

export function size(bytes) {
  return bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} KB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

export function words(text, values) {
  return text.replace(/\{(\w+)\}/g, (_whole, name) => values[name]);
}

const key = (file) => [file.name, file.size, file.lastModified].join("|");

class FileDrop extends HTMLElement {
  connectedCallback() {
    this.input = this.querySelector('input[type="file"]');
    if (!this.input) return;
    this.zone = this.querySelector(".drop-zone");
    this.list = this.querySelector(".drop-list");
    this.refusals = this.querySelector(".drop-refused");
    this.state = this.querySelector(".drop-state");
    this.held = [];
    this.items = new Map();
    this.input.addEventListener("change", () => this.add(this.input.files));
    for (const kind of ["dragenter", "dragover"]) {
      this.zone.addEventListener(kind, (event) => {
        event.preventDefault();
        this.classList.add("drop-over");
      });
    }
    for (const kind of ["dragleave", "drop"]) {
      this.zone.addEventListener(kind, () => this.classList.remove("drop-over"));
    }
    this.zone.addEventListener("drop", (event) => {
      event.preventDefault();
      this.add(event.dataTransfer.files);
    });
    this.paste = (event) => {
      const free = !event.target.closest?.("input:not([type=file]), textarea");
      // Of several fields on a page, the one in use takes what is pasted.
      const mine = document.querySelectorAll("file-drop").length === 1
        || this.matches(":focus-within, :hover");
      if (free && mine && event.clipboardData?.files.length) this.add(event.clipboardData.files);
    };
    document.addEventListener("paste", this.paste);
    this.input.form?.addEventListener("submit", (event) => this.submit(event));
    if (this.input.files.length) this.add(this.input.files);
    // Fetched now: when the connection is lost later, its words must be here.
    if (this.singly) this.uploads = import("./uploads.js").catch(() => null);
    if (document.querySelector("[data-poll]")) this.uploads?.then((uploads) => uploads?.follow());
  }

  disconnectedCallback() {
    document.removeEventListener("paste", this.paste);
    this.items.forEach((item) => forget(item));
  }

  get singly() {
    return "each" in this.dataset || "begin" in this.dataset;
  }

  // Takes files in beside those that are held already; the same file twice is held once.
  add(files) {
    const fits = [...files].filter((file) => this.fits(file));
    const known = this.input.multiple ? this.held : [];
    const fresh = fits.filter((file) => !known.some((other) => key(other) === key(file)));
    this.hold(this.input.multiple ? [...known, ...fresh] : fits.slice(0, 1));
  }

  // What the server would refuse for certain is said at once, before its bytes travel.
  fits(file) {
    const { kinds, max, large } = this.dataset;
    if (!this.accepts(file)) return this.refuse(file.name, kinds);
    if (file.size > Number(max || Infinity)) {
      return this.refuse(file.name, words(large, { limit: size(Number(max)) }));
    }
    return true;
  }

  // A file whose kind the browser does not know goes to the server, which looks inside.
  accepts(file) {
    const wanted = this.input.accept.split(",").map((part) => part.trim().toLowerCase());
    if (!this.input.accept || !file.type) return true;
    return wanted.some((part) => {
      if (part.startsWith(".")) return file.name.toLowerCase().endsWith(part);
      if (part.endsWith("/*")) return file.type.startsWith(part.slice(0, -1));
      return file.type === part;
    });
  }

  refuse(name, ...lines) {
    const item = document.createElement("li");
    const text = document.createElement("div");
    const title = document.createElement("strong");
    title.textContent = name;
    text.append(title, ...lines.filter(Boolean).map((line) => {
      const row = document.createElement("p");
      row.append(line);
      return row;
    }));
    const away = button(this.dataset.dismiss, `${this.dataset.dismiss} ${name}`, () => {
      item.remove();
      this.refusals.hidden = !this.refusals.children.length;
      this.input.focus();
    });
    item.append(text, away);
    this.refusals.append(item);
    this.refusals.hidden = false;
    return false;
  }

  drop(file) {
    this.taken?.(file);
    this.hold(this.held.filter((other) => other !== file));
    this.input.focus();
  }

  hold(files) {
    this.held = files;
    const bag = new DataTransfer();
    for (const file of files) bag.items.add(file);
    this.input.files = bag.files;
    const kept = new Map(files.map((file) => [key(file), this.item(file)]));
    for (const [name, item] of this.items) if (!kept.has(name)) forget(item);
    this.items = kept;
    this.list.hidden = !files.length;
    this.list.replaceChildren(...kept.values());
    if (!this.sending) this.count();
  }

  count() {
    const bytes = this.held.reduce((sum, file) => sum + file.size, 0);
    this.state.textContent = this.held.length
      ? words(this.dataset.chosen, { count: this.held.length, size: size(bytes) })
      : "";
  }

  item(file) {
    const known = this.items.get(key(file));
    if (known) return known;
    const item = document.createElement("li");
    const name = document.createElement("span");
    name.textContent = `${file.name} · ${size(file.size)}`;
    const away = button(this.dataset.remove, `${this.dataset.remove} ${file.name}`, () => this.drop(file));
    item.append(preview(file), name, away);
    return item;
  }

  submit(event) {
    if (event.defaultPrevented && !this.sending) return;
    if (!this.singly) {
      if (this.held.length) this.travelling();
      return;
    }
    if (this.sending || this.next || this.held.length) event.preventDefault();
    if (this.sending) return;
    // Where the form has begun something already, sending it again would begin it twice.
    if (this.next && !this.held.length) location.assign(this.next);
    else if (this.held.length) {
      this.sending = this.uploads
        .then((uploads) => (uploads ? new uploads.Sending(this).run() : this.input.form.submit()))
        .finally(() => {
          this.sending = null;
          this.input.form.dispatchEvent(new CustomEvent("sent:over", { bubbles: true }));
        });
    }
  }

  // The browser sends the form itself; that it is under way is all that can be said honestly.
  travelling() {
    const bar = document.createElement("progress");
    bar.setAttribute("aria-label", this.dataset.uploading);
    this.state.replaceChildren(`${this.dataset.uploading}…`, bar);
  }
}

export function button(text, label, press) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "btn btn-small";
  made.textContent = text;
  made.setAttribute("aria-label", label);
  made.addEventListener("click", press);
  return made;
}

function preview(file) {
  const box = document.createElement("span");
  box.className = "drop-none";
  box.textContent = file.name.split(".").pop().toUpperCase();
  if (!file.type.startsWith("image/")) return box;
  const picture = new Image();
  picture.alt = "";
  picture.addEventListener("error", () => picture.replaceWith(box));
  picture.src = URL.createObjectURL(file);
  return picture;
}

function forget(item) {
  const address = item.querySelector("img")?.src;
  if (address) URL.revokeObjectURL(address);
}

customElements.define("file-drop", FileDrop);
