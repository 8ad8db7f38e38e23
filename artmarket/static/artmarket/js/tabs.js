// Stacked sections become tabs: arrow keys, Home, End, and the address names the open one.

class TabSet extends HTMLElement {
  connectedCallback() {
    this.list = this.querySelector(".tablist");
    this.tabs = [...this.list.querySelectorAll("a")];
    this.list.setAttribute("role", "tablist");
    for (const tab of this.tabs) {
      const panel = this.panel(tab);
      tab.setAttribute("role", "tab");
      tab.setAttribute("aria-controls", panel.id);
      tab.id = `${panel.id}-tab`;
      panel.setAttribute("role", "tabpanel");
      panel.setAttribute("aria-labelledby", tab.id);
      panel.tabIndex = 0;
    }
    this.list.addEventListener("click", (event) => {
      const tab = event.target.closest("a");
      if (!tab) return;
      event.preventDefault();
      history.replaceState(null, "", tab.hash);
      this.show(tab);
    });
    this.list.addEventListener("keydown", (event) => this.move(event));
    this.follow = () => this.fromAddress();
    addEventListener("hashchange", this.follow);
    this.show(this.tabs[0]);
    this.fromAddress();
  }

  disconnectedCallback() {
    removeEventListener("hashchange", this.follow);
  }

  panel(tab) {
    return document.getElementById(tab.hash.slice(1));
  }

  show(tab, focus = false) {
    for (const other of this.tabs) {
      const on = other === tab;
      other.setAttribute("aria-selected", String(on));
      other.tabIndex = on ? 0 : -1;
      this.panel(other).hidden = !on;
    }
    if (focus) tab.focus();
  }

  // The address may name a tab, or anything inside one.
  fromAddress() {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const tab = target && this.tabs.find((item) => this.panel(item).contains(target));
    if (!tab) return;
    this.show(tab);
    target.scrollIntoView();
  }

  move(event) {
    const now = this.tabs.findIndex((tab) => tab.tabIndex === 0);
    const count = this.tabs.length;
    const next = {
      ArrowRight: (now + 1) % count,
      ArrowLeft: (now + count - 1) % count,
      Home: 0,
      End: count - 1,
    }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    this.show(this.tabs[next], true);
  }
}

customElements.define("tab-set", TabSet);
