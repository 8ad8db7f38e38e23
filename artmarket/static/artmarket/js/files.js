// A file field that also takes what is dropped or pasted, shows what was chosen, and tells how far
// the upload is. The form itself is unchanged: the files stay in the field.

class FileDrop extends HTMLElement {
  connectedCallback() {
    this.input = this.querySelector('input[type="file"]');
    if (!this.input) return;
    this.zone = this.querySelector(".drop-zone");
    this.list = this.querySelector(".drop-list");
    this.state = this.querySelector(".drop-state");
    this.pictures = [];
    this.input.addEventListener("change", () => this.show());
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
    this.list.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (button) this.drop(Number(button.value));
    });
    this.input.form?.addEventListener("submit", (event) => {
      if (!event.defaultPrevented && this.input.files.length) this.upload();
    });
    if (this.input.files.length) this.show();
  }

  disconnectedCallback() {
    document.removeEventListener("paste", this.paste);
    this.forget();
  }

  add(files) {
    const kept = this.input.multiple ? [...this.input.files] : [];
    const fits = [...files].filter((file) => this.accepts(file));
    this.hold(this.input.multiple ? [...kept, ...fits] : fits.slice(0, 1));
  }

  accepts(file) {
    const wanted = this.input.accept.split(",").map((part) => part.trim().toLowerCase());
    if (!this.input.accept) return true;
    return wanted.some((part) => {
      if (part.startsWith(".")) return file.name.toLowerCase().endsWith(part);
      if (part.endsWith("/*")) return file.type.startsWith(part.slice(0, -1));
      return file.type === part;
    });
  }

  drop(n) {
    this.hold([...this.input.files].filter((_file, i) => i !== n));
    this.input.focus();
  }

  hold(files) {
    const bag = new DataTransfer();
    for (const file of files) bag.items.add(file);
    this.input.files = bag.files;
    this.input.dispatchEvent(new Event("change", { bubbles: true }));
  }

  show() {
    this.forget();
    const files = [...this.input.files];
    this.list.hidden = !files.length;
    this.list.replaceChildren(...files.map((file, n) => this.item(file, n)));
    const bytes = files.reduce((sum, file) => sum + file.size, 0);
    const words = this.dataset.chosen.replace("{count}", files.length).replace("{size}", size(bytes));
    this.state.textContent = files.length ? words : "";
  }

  item(file, n) {
    const item = document.createElement("li");
    if (file.type.startsWith("image/")) {
      const picture = new Image();
      picture.alt = "";
      picture.src = URL.createObjectURL(file);
      this.pictures.push(picture.src);
      item.append(picture);
    } else {
      const box = document.createElement("span");
      box.className = "drop-none";
      box.textContent = file.name.split(".").pop().toUpperCase();
      item.append(box);
    }
    const name = document.createElement("span");
    name.textContent = `${file.name} · ${size(file.size)}`;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-small";
    button.value = n;
    button.textContent = this.dataset.remove;
    button.setAttribute("aria-label", `${this.dataset.remove} ${file.name}`);
    item.append(name, button);
    return item;
  }

  // The browser sends the form itself; that it is under way is all that can be said honestly.
  upload() {
    const bar = document.createElement("progress");
    bar.setAttribute("aria-label", this.dataset.uploading);
    this.state.replaceChildren(`${this.dataset.uploading}…`, bar);
  }

  forget() {
    this.pictures.forEach((address) => URL.revokeObjectURL(address));
    this.pictures = [];
  }
}

function size(bytes) {
  return bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} KB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

customElements.define("file-drop", FileDrop);
