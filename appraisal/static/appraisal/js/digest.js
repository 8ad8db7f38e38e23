// Computes the SHA-256 of a chosen recording here and fills it in; the file is not sent.

for (const form of document.querySelectorAll("form[data-digest]")) {
  const field = form.querySelector("[data-digest-file]");
  const input = field.querySelector("input");
  const state = field.querySelector("[data-digest-state]");
  field.hidden = false;
  input.addEventListener("change", async () => {
    const [file] = input.files;
    if (!file) return;
    state.textContent = state.dataset.busy;
    try {
      const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
      const bytes = [...new Uint8Array(digest)];
      form.elements.recording_sha256.value = bytes
        .map((byte) => byte.toString(16).padStart(2, "0"))
        .join("");
      state.textContent = state.dataset.done;
    } catch {
      state.textContent = state.dataset.failed;
    }
  });
}
