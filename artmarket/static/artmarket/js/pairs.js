// Two pictures side by side; a press lays one over the other, with its strength, or shows them by
// turns while the button stays pressed in. Without script they simply stand side by side.

const TURN = 700; // milliseconds, slower than anything that could harm a reader

class PicturePair extends HTMLElement {
  connectedCallback() {
    this.top = this.querySelectorAll(".pair-side")[1];
    this.overlay = this.button(this.dataset.overlay, () => this.lay(!this.laid));
    this.flicker = this.button(this.dataset.flicker, () => this.turn(!this.timer));
    this.range = document.createElement("input");
    Object.assign(this.range, { type: "range", min: 0, max: 100, value: 50, hidden: true });
    this.range.setAttribute("aria-label", this.dataset.strength);
    this.range.addEventListener("input", () => this.show(this.range.value));
    this.tools = document.createElement("p");
    this.tools.className = "actions";
    this.tools.append(this.overlay, this.flicker, this.range);
    this.prepend(this.tools);
  }

  disconnectedCallback() {
    clearInterval(this.timer);
    this.tools.remove();
  }

  button(words, press) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-small";
    button.textContent = words;
    button.setAttribute("aria-pressed", "false");
    button.addEventListener("click", press);
    return button;
  }

  get laid() {
    return this.classList.contains("pair-laid");
  }

  lay(on) {
    this.classList.toggle("pair-laid", on);
    this.overlay.setAttribute("aria-pressed", String(on));
    this.range.hidden = !on;
    if (!on) this.turn(false);
    this.show(on ? this.range.value : 100);
  }

  turn(on) {
    clearInterval(this.timer);
    this.timer = null;
    this.flicker.setAttribute("aria-pressed", String(on));
    if (!on) return this.show(this.laid ? this.range.value : 100);
    if (!this.laid) this.lay(true);
    let seen = 0;
    this.timer = setInterval(() => this.show((seen = 100 - seen)), TURN);
  }

  show(strength) {
    this.top.style.opacity = strength / 100;
  }
}

customElements.define("picture-pair", PicturePair);
