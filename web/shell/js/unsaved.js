// Ask before leaving a page with text that was not sent.
(() => {
  const touched = new Set();
  for (const form of document.querySelectorAll("form[data-unsaved]")) {
    form.addEventListener("input", () => touched.add(form));
    form.addEventListener("submit", () => touched.delete(form));
  }
  addEventListener("beforeunload", (event) => { if (touched.size) event.preventDefault(); });
})();
