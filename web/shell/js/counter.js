// Counts aloud what is graded, ticked, scored or spent; "no opinion" is no grade. Never undoes a choice: over the limit it says so, and the server refuses.
(() => {
  const marked = ballot => [...ballot.querySelectorAll(":checked:not([value=none]), [type=number]")].filter(field => field.value !== "").length;
  const spent = ballot => [...ballot.querySelectorAll("[type=number]")].reduce((sum, field) => sum + (+field.value || 0) ** (ballot.dataset.points === "squared" ? 2 : 1), 0);
  for (const counter of document.querySelectorAll("[data-counter]")) {
    const ballot = counter.parentElement;
    const { counter: kind, total, one, other } = counter.dataset;
    const limit = kind === "points" ? +total : +ballot.dataset.limit || Infinity;
    const start = counter.textContent;
    const count = () => {
      const n = kind === "points" ? spent(ballot) : marked(ballot);
      const text = n ? (n > 1 ? other : one).replace("{n}", n).replace("{total}", total) : start;
      if (counter.textContent !== text) counter.firstElementChild.textContent = text;
      counter.classList.toggle("counter-over", kind !== "judgments" && n > limit);
    };
    counter.classList.add("counter-live");
    ballot.addEventListener("input", count);
    addEventListener("pageshow", count);
  }
})();
