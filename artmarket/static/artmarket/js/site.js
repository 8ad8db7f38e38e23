// What every page gets. Nothing here is needed to read or to submit: each part improves HTML that
// already works. Parts that few pages use are fetched when a page has their element.

const parts = {
  "tab-set": "./tabs.js",
  "picture-views": "./pictures.js",
  "suggest-box": "./suggest.js",
  "file-drop": "./files.js",
};

const load = (root) => {
  for (const [name, file] of Object.entries(parts)) {
    if (!customElements.get(name) && root.querySelector(name)) import(file);
  }
};
load(document);
document.addEventListener("htmx:load", (event) => load(event.detail.elt.parentNode ?? document));

// A form that must be sent once: the first click sends it, further clicks do nothing. Coming back
// with the browser's button makes it ready again.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-once]")) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "1";
  const button = event.submitter ?? form.querySelector('button[type="submit"]');
  button?.setAttribute("aria-busy", "true");
});
const ready = (form) => {
  delete form.dataset.sent;
  for (const button of form.querySelectorAll('[aria-busy="true"]')) {
    button.removeAttribute("aria-busy");
  }
};
addEventListener("pageshow", (event) => {
  if (event.persisted) document.querySelectorAll("form[data-sent]").forEach(ready);
});
document.addEventListener("sent:over", (event) => ready(event.target));
document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.target.closest?.("form[data-sent]");
  if (form) ready(form);
});

// A link to a page that asks something opens the same question as a dialog; an unavailable button
// does nothing.
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  const dialog = opener && document.getElementById(opener.dataset.opens);
  if (dialog?.showModal) {
    event.preventDefault();
    dialog.showModal();
  }
  const closer = event.target.closest("[data-closes]");
  if (closer) document.getElementById(closer.dataset.closes)?.close();
  if (event.target.closest('[aria-disabled="true"]')) event.preventDefault();
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && event.target.closest?.("details.menu[open]");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// Errors are read first.
document.querySelector("[data-focus]")?.focus();
