// Words for what can go wrong with a passkey; allauth's script does the rest.

const note = document.getElementById("passkey_words");

const say = (kind) => {
  if (!note) return;
  note.querySelector("p").textContent = note.dataset[kind];
  note.hidden = false;
};

const kinds = {
  InvalidStateError: "known",
  NotAllowedError: "cancelled",
  AbortError: "cancelled",
  SecurityError: "place",
};

document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  if (!globalThis.isSecureContext) say("place");
  else if (!globalThis.PublicKeyCredential) say("unable");
  else say(kinds[event.detail.exception?.name] ?? "cancelled");
});
