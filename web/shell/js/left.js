// Count the characters of a field with a limit and show the excess. Nothing is cut: the server refuses.
(() => {
  for (const field of document.querySelectorAll("[data-most]")) {
    const message = document.getElementById(`${field.id}-left`);
    const most = +field.dataset.most;
    if (!message) continue;
    const quiet = message.hidden;
    const first = message.textContent;
    const count = () => {
      const n = [...field.value.trim()].length;
      const over = n > most;
      const text = over ? message.dataset.over : n ? message.dataset.count : first;
      message.textContent = text.replace("{n}", over ? n - most : n).replace("{most}", most);
      message.classList.toggle("field-error", over);
      message.hidden = quiet && !over;
    };
    field.addEventListener("input", count);
    addEventListener("pageshow", count);
  }
})();
