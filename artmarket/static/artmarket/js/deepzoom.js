// The picture in tiles over the page, by OpenSeadragon: fetched when somebody asks for it. Buttons,
// keys (+, -, 0, arrows), wheel, touch; no address change, no motion for those who want none.

import { button } from "./pictures.js";

const BUILT = "data-openseadragon-mobile-css";
let library = null;

// OpenSeadragon 6 writes a <style> for telephones, which our policy refuses; it leaves that out when
// the page has one. The rule itself is not needed: the dialog has its own outline.
function keepFromWritingStyle() {
  if (document.querySelector(`style[${BUILT}]`)) return;
  const none = document.createElementNS("urn:none", "style"); // a name only, styles nothing
  none.setAttribute(BUILT, "");
  document.head.append(none);
}

function fetched(address) {
  library ??= new Promise((done, failed) => {
    keepFromWritingStyle();
    const script = document.createElement("script");
    script.src = address;
    script.addEventListener("load", () => done(globalThis.OpenSeadragon));
    script.addEventListener("error", () => {
      library = null;
      script.remove();
      failed(new Error(address));
    });
    document.head.append(script);
  });
  return library;
}

// Resolves when the first tiles may come; rejects when the library or the picture can't be had.
export async function openDeepZoom({ service, words, labels, opener }) {
  const [OpenSeadragon, answer] = await Promise.all([
    fetched(labels.viewer),
    fetch(`${service}/info.json`),
  ]);
  if (!answer.ok) throw new Error(`${service}: ${answer.status}`);
  return new DeepZoom(OpenSeadragon, await answer.json(), words, labels, opener);
}

class DeepZoom {
  constructor(OpenSeadragon, information, words, labels, opener) {
    this.box = document.createElement("dialog");
    this.box.className = "zoom";
    this.box.setAttribute("aria-label", words);
    const tools = document.createElement("div");
    tools.className = "zoom-tools";
    this.state = document.createElement("p");
    this.state.setAttribute("role", "status");
    tools.append(
      button(labels.in, () => this.step(1.5)),
      button(labels.out, () => this.step(1 / 1.5)),
      button(labels.whole, () => this.whole()),
      button(labels.real, () => this.real()),
      this.state,
      button(labels.close, () => this.box.close()),
    );
    const pane = document.createElement("div");
    pane.className = "zoom-deep";
    this.box.append(tools, pane);
    document.body.append(this.box);
    this.box.showModal();
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.viewer = new OpenSeadragon.Viewer({
      element: pane,
      tileSources: [information],
      drawer: "canvas",
      showNavigationControl: false,
      visibilityRatio: 1,
      minZoomImageRatio: 1,
      maxZoomPixelRatio: 2,
      animationTime: still ? 0 : 0.6,
      immediateRender: still,
      blendTime: 0,
      gestureSettingsTouch: { flickEnabled: !still },
      gestureSettingsMouse: { flickEnabled: !still },
    });
    this.pane = pane;
    const stage = this.viewer.canvas;
    stage.setAttribute("role", "application");
    stage.setAttribute("aria-label", words);
    this.viewer.addHandler("open", () => this.tell());
    this.viewer.addHandler("viewport-change", () => this.tell());
    this.viewer.addHandler("animation-finish", () => this.tell());
    stage.focus();
    this.box.addEventListener("keydown", (event) => this.key(event));
    this.box.addEventListener("close", () => {
      this.viewer.destroy();
      this.box.remove();
      opener?.focus();
    });
  }

  // On the picture OpenSeadragon reads the keys itself.
  key(event) {
    if (this.pane.contains(event.target)) return;
    const act = {
      "+": () => this.step(1.5),
      "=": () => this.step(1.5),
      "-": () => this.step(1 / 1.5),
      0: () => this.whole(),
    };
    if (!act[event.key]) return;
    event.preventDefault();
    act[event.key]();
  }

  step(factor) {
    this.viewer.viewport.zoomBy(factor);
    this.viewer.viewport.applyConstraints();
  }

  whole() {
    this.viewer.viewport.goHome();
  }

  real() {
    const { viewport } = this.viewer;
    viewport.zoomTo(viewport.imageToViewportZoom(1 / (globalThis.devicePixelRatio || 1)));
    viewport.applyConstraints();
  }

  tell() {
    const { viewport } = this.viewer;
    if (!viewport) return;
    const share = viewport.viewportToImageZoom(viewport.getZoom(true)) * (globalThis.devicePixelRatio || 1);
    this.state.textContent = `${Math.max(1, Math.round(share * 100))}%`;
  }
}
