// Small custom elements. The pages work without them: the time left is then the server's text, and
// the cost is worked out on the page that confirms a bid.

// The server sends its own time with the page, so that a wrong clock cannot mislead the bidder. The
// text changes once a minute, and once a second in the last five minutes; it is never announced.
class CountDown extends HTMLElement {
  connectedCallback() {
    const ms = Math.floor(Number(this.dataset.ms ?? 0) / 1000);
    this.ends = Date.parse(this.dataset.ends);
    this.base = Date.parse(this.dataset.now) + ms - performance.now();
    this.tick();
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
  }

  tick() {
    const left = Math.max(0, this.ends - this.base - performance.now());
    const s = Math.ceil(left / 1000);
    const [d, h, m] = [Math.floor(s / 86400), Math.floor(s / 3600) % 24, Math.floor(s / 60) % 60];
    const two = (n) => String(n).padStart(2, "0");
    const words = (text) => text.replace("{d}", d).replace("{h}", h).replace("{m}", m);
    if (!s) this.textContent = this.dataset.over;
    else if (s < 300) this.textContent = `${two(m)}:${two(s % 60)}`;
    else this.textContent = words(d ? this.dataset.days : this.dataset.hours);
    if (s) this.timer = setTimeout(() => this.tick(), s < 360 ? 1000 : 60000);
  }
}

// Shows the all-in cost of the chosen amount, as the server worked it out.
class BidCost extends HTMLElement {
  connectedCallback() {
    this.addEventListener("input", () => this.update());
    this.update();
  }

  update() {
    const chosen = this.querySelector("select")?.selectedOptions[0];
    const typed = this.querySelector('input[type="text"]')?.value.trim();
    for (const cell of this.querySelectorAll("[data-cost]")) {
      cell.textContent = typed ? this.dataset.unknown : (chosen?.dataset[cell.dataset.cost] ?? "");
    }
  }
}

// The end in the reader's own zone, named, where it is not Beijing's; beside it, never instead.
class OwnTime extends HTMLElement {
  connectedCallback() {
    const ends = new Date(this.dataset.ends);
    const { lang } = document.documentElement;
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    const form = { dateStyle: "full", timeStyle: "long" };
    this.hidden = ends.getTimezoneOffset() === -480;
    this.textContent = this.dataset.words
      .replace("{zone}", zone)
      .replace("{time}", ends.toLocaleString(lang.startsWith("en") ? "en-GB" : lang, form));
  }
}

// Stands at the foot of the window while the real button is out of view.
class BidBar extends HTMLElement {
  connectedCallback() {
    const button = document.querySelector(this.dataset.of);
    if (!button) return;
    new IntersectionObserver(([entry]) => {
      this.hidden = entry.isIntersecting;
    }).observe(button);
  }
}

customElements.define("own-time", OwnTime);
customElements.define("bid-bar", BidBar);
customElements.define("count-down", CountDown);
customElements.define("bid-cost", BidCost);
