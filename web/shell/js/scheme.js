// Light, dark, or the system's choice; remembered on this device only.
(() => {
  const root = document.documentElement;
  let kept = "";
  try { kept = localStorage.getItem("scheme") || ""; } catch { /* storage refused: the system's choice holds */ }
  const apply = (scheme) => { if (scheme) root.dataset.scheme = scheme; else delete root.dataset.scheme; };
  if (kept) apply(kept);
  const choices = document.querySelector("[data-scheme-switch]");
  if (!choices) return;
  choices.hidden = false;
  for (const input of choices.querySelectorAll("input")) input.checked = input.value === kept;
  choices.addEventListener("change", (event) => {
    apply(event.target.value);
    try { localStorage.setItem("scheme", event.target.value); } catch { /* lasts for this page */ }
  });
})();
