// Suggestions while typing: an ARIA combobox over a search field. Enter without a choice searches
// for what was typed, as it does without this script.

const WAIT = 180;

class SuggestBox extends HTMLElement {
  connectedCallback() {
    this.input = this.querySelector("input");
    if (!this.dataset.url || !this.input) return;
    this.list = document.createElement("ul");
    this.list.className = "suggestions";
    this.list.id = `${this.input.id}-suggestions`;
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", this.querySelector("button")?.textContent.trim() ?? "");
    this.list.hidden = true;
    this.status = document.createElement("p");
    this.status.className = "visually-hidden";
    this.status.setAttribute("role", "status");
    this.append(this.list, this.status);
    for (const [name, value] of Object.entries({
      role: "combobox",
      "aria-autocomplete": "list",
      "aria-expanded": "false",
      "aria-controls": this.list.id,
    })) {
      this.input.setAttribute(name, value);
    }
    this.now = -1;
    this.items = [];
    this.input.addEventListener("input", (event) => this.typed(event));
    this.input.addEventListener("compositionend", (event) => this.typed(event));
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("blur", () => this.close());
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const option = event.target.closest("li");
      if (option) this.take(Number(option.dataset.n));
    });
  }

  // While an input method is composing, the letters are not yet what the reader means.
  typed(event) {
    clearTimeout(this.timer);
    if (event.isComposing) return;
    const words = this.input.value.trim();
    if (!words) this.close();
    else this.timer = setTimeout(() => this.ask(words), WAIT);
  }

  async ask(words) {
    this.request?.abort();
    this.request = new AbortController();
    try {
      const address = new URL(this.dataset.url, location.href);
      address.searchParams.set("q", words);
      const answer = await fetch(address, {
        signal: this.request.signal,
        headers: { Accept: "application/json" },
      });
      if (answer.ok) this.show(await answer.json());
    } catch (error) {
      if (error.name !== "AbortError") this.close();
    }
  }

  show(items) {
    this.items = items;
    this.now = -1;
    this.list.replaceChildren(...items.map((item, n) => this.option(item, n)));
    this.open(items.length > 0 && document.activeElement === this.input);
    this.status.textContent = items.length ? this.dataset.some : this.dataset.none;
  }

  option(item, n) {
    const option = document.createElement("li");
    option.id = `${this.list.id}-${n}`;
    option.dataset.n = n;
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    for (const [name, text] of [["name", item.label], ["kind", item.kind], ["detail", item.detail]]) {
      if (!text) continue;
      const span = document.createElement("span");
      span.className = name;
      span.textContent = text;
      option.append(span);
    }
    return option;
  }

  open(on) {
    this.list.hidden = !on;
    this.input.setAttribute("aria-expanded", String(on));
    if (!on) this.input.removeAttribute("aria-activedescendant");
  }

  close() {
    clearTimeout(this.timer);
    this.request?.abort();
    this.now = -1;
    this.open(false);
  }

  key(event) {
    if (event.isComposing || this.list.hidden) return;
    const count = this.items.length;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      this.point(this.now < 0 && step < 0 ? count - 1 : (this.now + step + count) % count);
    } else if (event.key === "Enter" && this.now >= 0) {
      event.preventDefault();
      this.take(this.now);
    } else if (event.key === "Escape") {
      event.preventDefault();
      this.close();
    }
  }

  point(n) {
    this.now = n;
    [...this.list.children].forEach((option, i) => option.setAttribute("aria-selected", String(i === n)));
    this.input.setAttribute("aria-activedescendant", this.list.children[n].id);
    this.list.children[n].scrollIntoView({ block: "nearest" });
  }

  take(n) {
    const item = this.items[n];
    if (item.url) {
      location.assign(item.url);
      return;
    }
    this.input.value = item.label;
    this.close();
    this.input.form?.requestSubmit();
  }
}

customElements.define("suggest-box", SuggestBox);
