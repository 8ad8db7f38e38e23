// Browse: results and facets are replaced as a whole; the reader keeps the focus, the folds and
// the open sheet. Without script the same form is sent by its button.

let kept = null;

document.addEventListener("htmx:beforeSwap", (event) => {
  const region = document.getElementById("browse");
  if (event.detail.target !== region) return;
  const active = region.contains(document.activeElement) ? document.activeElement : null;
  kept = {
    id: active?.id,
    name: active?.name,
    value: active?.value,
    sheet: region.querySelector(".facets")?.matches(":popover-open"),
    folds: new Map(
      [...region.querySelectorAll("details.facet")].map((d) => [d.querySelector("summary").textContent, d.open]),
    ),
  };
});

document.addEventListener("htmx:afterSettle", () => {
  const region = document.getElementById("browse");
  if (!kept || !region) return;
  const { id, name, value, sheet, folds } = kept;
  kept = null;
  for (const fold of region.querySelectorAll("details.facet")) {
    const open = folds.get(fold.querySelector("summary").textContent);
    if (open !== undefined) fold.open = open;
  }
  if (sheet) region.querySelector(".facets")?.showPopover();
  const same = [...region.querySelectorAll("input, select")].find(
    (control) =>
      (id && control.id === id) || (name && control.name === name && (control.type !== "checkbox" || control.value === value)),
  );
  same?.focus({ preventScroll: true });
});
