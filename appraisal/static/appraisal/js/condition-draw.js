// Drawing a region on the picture of the editor, by pointer or by keys; what was drawn is written
// as numbers into the form, where it can be read, changed and sent without script as well.

import { ConditionStage, button } from "./condition.js";

const SVG = "http://www.w3.org/2000/svg";
const FEWEST = 3; // pixels of the screen that a dragged rectangle must have

class Drawing {
  constructor(stage) {
    this.stage = stage;
    this.field = document.getElementById("id_region");
    this.picture = document.getElementById("id_picture");
    this.tool = "";
    this.points = [];
    this.state = document.createElement("p");
    this.state.className = "hint";
    this.state.setAttribute("role", "status");
    const words = stage.dataset;
    this.buttons = {
      rectangle: button(words.rectangle, () => this.take("rectangle")),
      polygon: button(words.polygon, () => this.take("polygon")),
    };
    this.finish = button(words.finish, () => this.close());
    this.finish.hidden = true;
    const clear = button(words.clear, () => this.clear());
    stage.tools.prepend(...Object.values(this.buttons), this.finish, clear);
    stage.append(this.state);
    for (const made of Object.values(this.buttons)) made.setAttribute("aria-pressed", "false");
    this.shape = document.createElementNS(SVG, "polygon");
    this.shape.setAttribute("class", "cond-draft");
    this.cross = document.createElementNS(SVG, "path");
    this.cross.setAttribute("class", "cond-cross");
    stage.svg.append(this.shape, this.cross);
    this.hear();
    this.field.addEventListener("input", () => this.read());
    this.read();
  }

  // While a tool is taken the picture stands still and its keys draw.
  hear() {
    const { svg } = this.stage;
    const only = (act) => (event) => {
      if (!this.tool) return;
      event.stopImmediatePropagation();
      act(event);
    };
    svg.addEventListener("pointerdown", only((event) => this.down(event)), true);
    svg.addEventListener("pointermove", only((event) => this.move(event)), true);
    svg.addEventListener("pointerup", only((event) => this.up(event)), true);
    svg.addEventListener("keydown", (event) => this.tool && this.key(event), true);
  }

  take(tool) {
    const same = this.tool === tool;
    this.tool = same ? "" : tool;
    this.points = [];
    this.start = null;
    this.finish.hidden = this.tool !== "polygon";
    for (const [name, made] of Object.entries(this.buttons)) {
      made.setAttribute("aria-pressed", String(name === this.tool));
    }
    this.stage.classList.toggle("cond-drawing", Boolean(this.tool));
    this.stage.svg.setAttribute("role", this.tool ? "application" : "img");
    this.cross.setAttribute("d", "");
    if (!this.tool) return;
    const words = this.stage.dataset;
    this.state.textContent = tool === "rectangle" ? words.hintRectangle : words.hintPolygon;
    const { x, y, w, h } = this.stage.view;
    this.at = { x: x + w / 2, y: y + h / 2 };
    this.stage.svg.focus({ preventScroll: true });
    this.aim();
  }

  down(event) {
    event.preventDefault();
    this.stage.svg.focus({ preventScroll: true });
    this.at = this.stage.place(event);
    if (this.tool === "polygon") {
      this.add();
      return;
    }
    this.stage.svg.setPointerCapture(event.pointerId);
    this.start = { ...this.at, clientX: event.clientX, clientY: event.clientY };
  }

  move(event) {
    if (this.tool !== "rectangle" || !this.start || this.start.clientX === undefined) return;
    this.at = this.stage.place(event);
    this.draw(corners(this.start, this.at));
  }

  up(event) {
    if (this.tool !== "rectangle" || !this.start || this.start.clientX === undefined) return;
    const far = Math.min(
      Math.abs(event.clientX - this.start.clientX),
      Math.abs(event.clientY - this.start.clientY),
    );
    if (far >= FEWEST) this.done(corners(this.start, this.at), true);
    else this.start = { x: this.at.x, y: this.at.y }; // a press, not a drag: the next one ends it
  }

  key(event) {
    const step = this.stage.view.w / (event.shiftKey ? 20 : 200);
    const moves = {
      ArrowLeft: [-step, 0],
      ArrowRight: [step, 0],
      ArrowUp: [0, -step],
      ArrowDown: [0, step],
    };
    const acts = {
      " ": () => this.set(),
      Enter: () => (this.tool === "polygon" ? this.close() : this.set()),
      Backspace: () => this.undo(),
      Escape: () => this.take(this.tool),
    };
    if (!moves[event.key] && !acts[event.key]) return; // + and - zoom as always
    event.preventDefault();
    event.stopImmediatePropagation();
    if (acts[event.key]) {
      acts[event.key]();
      return;
    }
    const [x, y] = moves[event.key];
    const { w, h } = this.stage.whole;
    this.at = {
      x: Math.min(Math.max(this.at.x + x, 0), w),
      y: Math.min(Math.max(this.at.y + y, 0), h),
    };
    this.aim();
    if (this.tool === "rectangle" && this.start) this.draw(corners(this.start, this.at));
  }

  set() {
    if (this.tool === "polygon") this.add();
    else if (this.start) this.done(corners(this.start, this.at), true);
    else this.start = { ...this.at };
  }

  add() {
    this.points.push({ ...this.at });
    this.draw(this.points);
    this.aim();
  }

  undo() {
    this.points.pop();
    this.start = null;
    this.draw(this.points);
  }

  close() {
    if (this.points.length >= 3) this.done(this.points, false);
  }

  clear() {
    if (this.tool) this.take(this.tool);
    this.field.value = "";
    this.draw([]);
    this.state.textContent = "";
  }

  done(points, isRectangle) {
    this.field.value = written(points, isRectangle, this.stage.whole);
    this.picture.value = this.stage.dataset.draws;
    this.take(this.tool);
    this.state.textContent = `${this.stage.dataset.done}${this.field.value}`;
    this.read();
  }

  aim() {
    const arm = this.stage.view.w / 40;
    const { x, y } = this.at;
    this.cross.setAttribute("d", `M${x - arm} ${y}h${2 * arm}M${x} ${y - arm}v${2 * arm}`);
  }

  draw(points) {
    this.shape.setAttribute("points", points.map(({ x, y }) => `${x},${y}`).join(" "));
  }

  // What stands in the form, on the picture: as drawn, or as somebody types it.
  read() {
    const numbers = (this.field.value.match(/\d+(\.\d+)?/g) ?? []).map(Number);
    const { w, h } = this.stage.whole;
    const point = (x, y) => ({ x: (x * w) / 100, y: (y * h) / 100 });
    if (this.picture.value !== this.stage.dataset.draws) this.draw([]);
    else if (numbers.length === 4) {
      const [x, y, width, height] = numbers;
      this.draw(corners(point(x, y), point(x + width, y + height)));
    } else {
      const points = [];
      for (let i = 0; i + 1 < numbers.length; i += 2) points.push(point(numbers[i], numbers[i + 1]));
      this.draw(points.length >= 3 ? points : []);
    }
  }
}

function corners(a, b) {
  return [a, { x: b.x, y: a.y }, b, { x: a.x, y: b.y }];
}

// Per cent with two decimals, as the form reads them.
function written(points, isRectangle, { w, h }) {
  const xs = points.map(({ x }) => Math.round((x / w) * 10000));
  const ys = points.map(({ y }) => Math.round((y / h) * 10000));
  const text = (value) => String(value / 100);
  if (!isRectangle) return xs.map((x, i) => `${text(x)},${text(ys[i])}`).join(" ");
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  return [left, top, Math.max(...xs) - left, Math.max(...ys) - top].map(text).join(" ");
}

for (const stage of document.querySelectorAll("condition-stage[data-draws]")) {
  if (stage instanceof ConditionStage && document.getElementById("id_region")) new Drawing(stage);
}
