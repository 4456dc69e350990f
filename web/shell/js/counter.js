// Counts aloud what is graded or ticked; "no opinion" is no grade. Never unticks: over the limit it says so, and the server refuses.
(() => {
  for (const counter of document.querySelectorAll("[data-counter]")) {
    const ballot = counter.parentElement;
    const { counter: kind, total, one, other } = counter.dataset;
    const limit = +ballot.dataset.limit || Infinity;
    const start = counter.textContent;
    const count = () => {
      const n = ballot.querySelectorAll(":checked:not([value=none])").length;
      const text = n ? (n > 1 ? other : one).replace("{n}", n).replace("{total}", total) : start;
      if (counter.textContent !== text) counter.firstElementChild.textContent = text;
      counter.classList.toggle("counter-over", kind === "approvals" && n > limit);
    };
    counter.classList.add("counter-live");
    ballot.addEventListener("change", count);
    addEventListener("pageshow", count);
  }
})();
