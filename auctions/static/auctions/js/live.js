// Keeps a lot or a sale live: server-sent events fill what is marked with data-live inside
// [data-lot]. Without it the page is the server's text, and a reload is as good.
class LotLive extends HTMLElement {
  connectedCallback() {
    this.known = {};
    this.language = document.documentElement.lang.startsWith("en") ? "en" : "zh-hans";
    addEventListener("online", () => this.open());
    // After a sleep the old connection may be dead without knowing it.
    let beat = Date.now();
    setInterval(() => {
      if (Date.now() - beat > 20000) this.open();
      beat = Date.now();
    }, 5000);
    this.open();
  }

  open() {
    this.source?.close();
    const source = (this.source = new EventSource(this.dataset.url));
    source.onerror = () => {
      this.lost(true);
      if (source.readyState === 2) setTimeout(() => source === this.source && this.open(), 5000);
    };
    for (const name of ["snapshot", "lot"])
      source.addEventListener(name, (event) => this.hear(JSON.parse(event.data)));
  }

  part(name) {
    return this.querySelector(`[data-live-${name}]`);
  }

  lost(is) {
    const note = this.part("lost");
    note.hidden = !(is && this.at);
    note.textContent = this.dataset.lost.replace("{time}", this.at);
  }

  hear(data) {
    this.at = new Date(data.now).toLocaleTimeString("en-GB", { timeZone: "Asia/Shanghai" });
    this.lost(false);
    for (const lot of data.lots ?? [data]) this.show(lot, data.now);
  }

  show(lot, at) {
    const before = this.known[lot.lot];
    if (lot.sequence < before?.sequence) return;
    this.known[lot.lot] = lot;
    const words = lot.words[this.language];
    const over = lot.state !== "live";
    const texts = { ...words, bids: lot.bids, state: over && words.state[0] };
    for (const room of document.querySelectorAll(`[data-lot="${lot.lot}"]`)) {
      for (const cell of room.querySelectorAll("[data-live]")) {
        const text = texts[cell.dataset.live];
        if (!text && text !== 0) continue;
        const isNew = cell.textContent !== String(text);
        cell.textContent = text;
        const label = cell.closest(".price-box, .cost")?.querySelector(".label, .line");
        if (label && lot.state === "sold") label.textContent = cell.dataset.over;
        else if (label && (isNew || before) && !over)
          label.textContent = cell.dataset.label.replace("{n}", lot.bids);
      }
      for (const clock of room.querySelectorAll("count-down, own-time")) {
        Object.assign(clock.dataset, { ends: lot.ends_at, now: new Date(at).toISOString(), ms: 0 });
        clock.replaceWith(clock.cloneNode(true));
      }
      if (lot.sequence > room.dataset.sequence || (over && before?.state === "live"))
        this.part("stale").hidden = false;
    }
    if (before && words.price && before.price !== lot.price) this.say(words.price);
  }

  // Politely, and at most every five seconds: the last price wins. A page of many lots is silent.
  say(price) {
    if (!this.dataset.said) return;
    this.price = price;
    this.saying ??= setTimeout(() => {
      this.saying = null;
      this.said = Date.now();
      this.part("said").textContent = this.dataset.said.replace("{price}", this.price);
    }, Math.max(0, (this.said ?? 0) + 5000 - Date.now()));
  }
}

customElements.define("lot-live", LotLive);
