// One-time codes: keep only the digits of what is typed or pasted ("Votre code : 123 456").
(() => {
  for (const input of document.querySelectorAll("[data-code]")) {
    const length = +input.dataset.code;
    input.addEventListener("input", () => {
      const digits = input.value.replace(/\D/g, "").slice(0, length);
      if (input.value !== digits) input.value = digits;
    });
  }
})();
