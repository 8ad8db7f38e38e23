// The strip of views follows its small pictures, and the largest picture opens over the page:
// buttons and keys (+, -, 0, arrows), no address change.

const STEPS = [0.25, 0.5, 1, 1.5, 2, 3];

class PictureViews extends HTMLElement {
  connectedCallback() {
    this.strip = this.querySelector(".stage-strip");
    this.views = [...this.querySelectorAll(".stage")];
    this.thumbs = [...this.querySelectorAll(".thumbs a")];
    this.notes = [...this.querySelectorAll(".view-note")];
    this.links = [...this.querySelectorAll(".view-full")];
    this.addEventListener("click", (event) => this.click(event));
    this.watch = new IntersectionObserver((entries) => this.seen(entries), {
      root: this.strip,
      threshold: 0.6,
    });
    for (const view of this.views) this.watch.observe(view);
  }

  disconnectedCallback() {
    this.watch.disconnect();
  }

  seen(entries) {
    for (const entry of entries) {
      if (entry.isIntersecting) this.mark(this.views.indexOf(entry.target));
    }
  }

  mark(index) {
    this.thumbs.forEach((thumb, n) => {
      if (n === index) thumb.setAttribute("aria-current", "true");
      else thumb.removeAttribute("aria-current");
    });
    this.notes.forEach((note, n) => (note.hidden = n !== index));
    if (this.links.length === this.views.length) {
      this.links.forEach((link, n) => (link.hidden = n !== index));
    }
  }

  click(event) {
    const thumb = event.target.closest(".thumbs a");
    const link = event.target.closest(".view-full");
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    if (thumb) {
      event.preventDefault();
      const view = this.views[this.thumbs.indexOf(thumb)];
      this.strip.scrollTo({ left: view.offsetLeft - this.strip.offsetLeft });
    }
    if (link) {
      event.preventDefault();
      const view = this.views[Math.max(this.links.indexOf(link), 0)];
      this.zoom(link, view.querySelector("img").alt);
    }
  }

  // In tiles where the picture has them; else, or when they can't be had, the largest picture.
  async zoom(link, words) {
    const plain = () => new Zoom(link.href, words, this.dataset).open();
    if (!link.dataset.zoom) return plain();
    if (link.getAttribute("aria-busy")) return;
    link.setAttribute("aria-busy", "true");
    try {
      const { openDeepZoom } = await import("./deepzoom.js");
      await openDeepZoom({ service: link.dataset.zoom, words, labels: this.dataset, opener: link });
    } catch {
      plain();
    } finally {
      link.removeAttribute("aria-busy");
    }
  }
}

class Zoom {
  constructor(address, words, labels) {
    this.scale = 0;
    this.box = document.createElement("dialog");
    this.box.className = "zoom";
    this.box.setAttribute("aria-label", words);
    const tools = document.createElement("div");
    tools.className = "zoom-tools";
    this.state = document.createElement("p");
    this.state.setAttribute("role", "status");
    const buttons = [
      [labels.in, () => this.step(1)],
      [labels.out, () => this.step(-1)],
      [labels.whole, () => this.set(0)],
      [labels.real, () => this.set(1)],
    ].map(([text, act]) => button(text, act));
    tools.append(...buttons, this.state, button(labels.close, () => this.box.close()));
    this.pane = document.createElement("div");
    this.pane.className = "zoom-pane";
    this.pane.tabIndex = 0;
    this.pane.setAttribute("role", "region");
    this.pane.setAttribute("aria-label", words);
    this.picture = new Image();
    this.picture.alt = words;
    this.picture.className = "whole";
    this.picture.src = address;
    this.pane.append(this.picture);
    this.box.append(tools, this.pane);
    this.box.addEventListener("close", () => this.box.remove());
    this.box.addEventListener("keydown", (event) => this.key(event));
    this.picture.addEventListener("click", () => this.set(this.scale ? 0 : 1));
    this.drag();
  }

  open() {
    document.body.append(this.box);
    this.box.showModal();
    this.pane.focus();
  }

  key(event) {
    const act = { "+": () => this.step(1), "=": () => this.step(1), "-": () => this.step(-1), 0: () => this.set(0) };
    if (!act[event.key]) return;
    event.preventDefault();
    act[event.key]();
  }

  // From the fitted picture, one step goes to the next size larger or smaller than what is seen.
  step(direction) {
    const { naturalWidth, naturalHeight } = this.picture;
    if (!naturalWidth) return;
    const fitted = Math.min(this.pane.clientWidth / naturalWidth, this.pane.clientHeight / naturalHeight);
    const now = this.scale || fitted;
    const next =
      direction > 0 ? STEPS.find((size) => size > now * 1.01) : STEPS.findLast((size) => size < now * 0.99);
    this.set(next && next > fitted ? next : direction > 0 ? this.scale : 0);
  }

  set(scale) {
    const { scrollLeft, scrollTop, scrollWidth, scrollHeight, clientWidth, clientHeight } = this.pane;
    const x = (scrollLeft + clientWidth / 2) / scrollWidth;
    const y = (scrollTop + clientHeight / 2) / scrollHeight;
    this.scale = scale;
    this.picture.className = scale ? "" : "whole";
    if (scale) this.picture.width = Math.round(this.picture.naturalWidth * scale);
    else this.picture.removeAttribute("width");
    this.state.textContent = scale ? `${Math.round(scale * 100)}%` : "";
    this.pane.scrollTo(x * this.pane.scrollWidth - clientWidth / 2, y * this.pane.scrollHeight - clientHeight / 2);
  }

  drag() {
    let from = null;
    this.pane.addEventListener("pointerdown", (event) => {
      if (event.pointerType === "mouse") from = [event.clientX, event.clientY];
    });
    this.pane.addEventListener("pointermove", (event) => {
      if (!from || !event.buttons) return;
      this.pane.scrollBy(from[0] - event.clientX, from[1] - event.clientY);
      from = [event.clientX, event.clientY];
    });
    this.pane.addEventListener("pointerup", () => (from = null));
    this.picture.draggable = false;
  }
}

export function button(text, act) {
  const element = document.createElement("button");
  element.type = "button";
  element.className = "btn";
  element.textContent = text;
  element.addEventListener("click", act);
  return element;
}

customElements.define("picture-views", PictureViews);
