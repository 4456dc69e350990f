// Count the characters of a field with a limit and show the excess. Nothing is cut: the server refuses.
(() => {
  for (const field of document.querySelectorAll("[data-most]")) {
    const told = document.getElementById(`${field.id}-left`);
    const most = +field.dataset.most;
    if (!told) continue;
    const quiet = told.hidden;
    const first = told.textContent;
    const count = () => {
      const n = [...field.value.trim()].length;
      const over = n > most;
      const text = over ? told.dataset.over : n ? told.dataset.count : first;
      told.textContent = text.replace("{n}", over ? n - most : n).replace("{most}", most);
      told.classList.toggle("field-error", over);
      told.hidden = quiet && !over;
    };
    field.addEventListener("input", count);
    addEventListener("pageshow", count);
  }
})();
