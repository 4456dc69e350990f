// Copies the text of the element named by data-copy; the button says when it is done.
(() => {
  if (!navigator.clipboard) return;
  for (const button of document.querySelectorAll("[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      const source = document.getElementById(button.dataset.copy);
      await navigator.clipboard.writeText((source.value || source.textContent).trim());
      const words = button.textContent;
      button.textContent = button.dataset.copied;
      button.setAttribute("role", "status");
      setTimeout(() => { button.textContent = words; button.removeAttribute("role"); }, 6000);
    });
  }
})();
