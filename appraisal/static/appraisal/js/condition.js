// A picture with numbered regions that can be zoomed and moved, and two of them that move together.
// Zooming is the view box of the SVG: no style is written, and without script the whole is shown.

const STEP = 1.5;
const MOST = 16;

export function button(words, press) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "btn btn-small";
  made.textContent = words;
  made.addEventListener("click", press);
  return made;
}

export class ConditionStage extends HTMLElement {
  connectedCallback() {
    this.svg = this.querySelector("svg");
    if (!this.svg || this.tools) return;
    this.whole = { w: Number(this.svg.dataset.width), h: Number(this.svg.dataset.height) };
    this.view = { x: 0, y: 0, ...this.whole };
    this.fingers = new Map();
    this.tools = document.createElement("div");
    this.tools.className = "cond-tools";
    this.marks = button(this.dataset.regions, () => {
      const off = this.classList.toggle("cond-unmarked");
      this.marks.setAttribute("aria-pressed", String(!off));
    });
    this.marks.setAttribute("aria-pressed", "true");
    this.tools.append(
      button(this.dataset.in, () => this.zoom(STEP)),
      button(this.dataset.out, () => this.zoom(1 / STEP)),
      button(this.dataset.whole, () => this.show({ x: 0, y: 0, ...this.whole })),
      this.marks,
    );
    this.append(this.tools);
    this.svg.setAttribute("tabindex", "0");
    this.svg.addEventListener("keydown", (event) => this.key(event));
    this.svg.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    this.svg.addEventListener("pointerdown", (event) => this.press(event));
    this.svg.addEventListener("pointermove", (event) => this.drag(event));
    for (const end of ["pointerup", "pointercancel"]) {
      this.svg.addEventListener(end, (event) => this.lift(event));
    }
  }

  // Of a pointer, in the units of the picture.
  place(event) {
    const point = new DOMPoint(event.clientX, event.clientY);
    const { x, y } = point.matrixTransform(this.svg.getScreenCTM().inverse());
    return { x: Math.min(Math.max(x, 0), this.whole.w), y: Math.min(Math.max(y, 0), this.whole.h) };
  }

  get scale() {
    return this.whole.w / this.view.w;
  }

  zoom(factor, at) {
    const scale = Math.min(Math.max(this.scale * factor, 1), MOST);
    const centre = at ?? { x: this.view.x + this.view.w / 2, y: this.view.y + this.view.h / 2 };
    const share = this.scale / scale;
    this.show({
      x: centre.x - (centre.x - this.view.x) * share,
      y: centre.y - (centre.y - this.view.y) * share,
      w: this.whole.w / scale,
      h: this.whole.h / scale,
    });
  }

  show(view, { quiet = false } = {}) {
    const x = Math.min(Math.max(view.x, 0), this.whole.w - view.w);
    const y = Math.min(Math.max(view.y, 0), this.whole.h - view.h);
    this.view = { x, y, w: view.w, h: view.h };
    this.svg.setAttribute("viewBox", `${x} ${y} ${view.w} ${view.h}`);
    this.classList.toggle("cond-zoomed", this.scale > 1.001);
    const letters = Number(this.svg.dataset.letters) / this.scale;
    for (const text of this.svg.querySelectorAll(".cond-region text")) {
      text.setAttribute("font-size", String(letters));
    }
    if (!quiet) this.dispatchEvent(new CustomEvent("condition-view", { bubbles: true }));
  }

  // The same part of a picture of another size.
  follow(other) {
    const across = this.whole.w / other.whole.w;
    const down = this.whole.h / other.whole.h;
    const { x, y, w, h } = other.view;
    this.show({ x: x * across, y: y * down, w: w * across, h: h * down }, { quiet: true });
  }

  key(event) {
    const step = this.view.w / 10;
    const move = (x, y) => this.show({ ...this.view, x: this.view.x + x, y: this.view.y + y });
    const act = {
      "+": () => this.zoom(STEP),
      "=": () => this.zoom(STEP),
      "-": () => this.zoom(1 / STEP),
      0: () => this.show({ x: 0, y: 0, ...this.whole }),
      ArrowLeft: () => move(-step, 0),
      ArrowRight: () => move(step, 0),
      ArrowUp: () => move(0, -step),
      ArrowDown: () => move(0, step),
    }[event.key];
    const scrolls = event.key.startsWith("Arrow") && this.scale <= 1.001;
    if (!act || scrolls || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    act();
  }

  wheel(event) {
    if (!event.ctrlKey && this.scale <= 1.001 && document.activeElement !== this.svg) return;
    event.preventDefault();
    this.zoom(event.deltaY < 0 ? 1.2 : 1 / 1.2, this.place(event));
  }

  press(event) {
    this.fingers.set(event.pointerId, event);
    this.svg.setPointerCapture(event.pointerId);
  }

  drag(event) {
    const before = this.fingers.get(event.pointerId);
    if (!before) return;
    const others = [...this.fingers.values()].filter((f) => f.pointerId !== event.pointerId);
    this.fingers.set(event.pointerId, event);
    if (others.length) {
      const apart = (a) => Math.hypot(a.clientX - others[0].clientX, a.clientY - others[0].clientY);
      this.zoom(apart(event) / Math.max(apart(before), 1), this.place(event));
      return;
    }
    const unit = this.svg.getScreenCTM().a;
    this.show({
      ...this.view,
      x: this.view.x - (event.clientX - before.clientX) / unit,
      y: this.view.y - (event.clientY - before.clientY) / unit,
    });
  }

  lift(event) {
    this.fingers.delete(event.pointerId);
  }
}

class ConditionPair extends HTMLElement {
  connectedCallback() {
    this.stages = [...this.querySelectorAll("condition-stage")];
    if (this.stages.length < 2 || this.over) return;
    this.addEventListener("condition-view", (event) => {
      for (const stage of this.stages) if (stage !== event.target) stage.follow(event.target);
    });
    this.over = button(this.dataset.overlay, () => this.lay(!this.laid));
    this.over.setAttribute("aria-pressed", "false");
    this.strength = document.createElement("input");
    Object.assign(this.strength, { type: "range", min: 0, max: 100, value: 50, hidden: true });
    this.strength.setAttribute("aria-label", this.dataset.strength);
    this.strength.addEventListener("input", () => this.blend());
    const tools = document.createElement("div");
    tools.className = "cond-tools cond-whole";
    tools.append(this.over, this.strength);
    this.prepend(tools);
  }

  // The later picture over the earlier one, stretched to its size.
  lay(on) {
    this.laid = on;
    this.over.setAttribute("aria-pressed", String(on));
    this.strength.hidden = !on;
    const [below, above] = this.stages;
    above.closest("figure").hidden = on;
    below.closest("figure").classList.toggle("cond-whole", on);
    if (!on) {
      this.layer.remove();
      return;
    }
    this.layer = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const { w, h } = below.whole;
    this.layer.setAttribute("viewBox", `0 0 ${above.whole.w} ${above.whole.h}`);
    this.layer.setAttribute("preserveAspectRatio", "none");
    this.layer.setAttribute("width", w);
    this.layer.setAttribute("height", h);
    for (const part of above.svg.children) this.layer.append(part.cloneNode(true));
    below.svg.append(this.layer);
    this.blend();
  }

  blend() {
    this.layer.setAttribute("opacity", String(this.strength.value / 100));
  }
}

customElements.define("condition-stage", ConditionStage);
customElements.define("condition-pair", ConditionPair);
