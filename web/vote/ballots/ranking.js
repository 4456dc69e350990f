// Ranking by buttons. The <select> of each proposal stays the form's value; the list moves only when asked to.
// Words come from data attributes of [data-ranking], so the page's language is the script's.
(() => {
  const say = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const draw = (kind) => {
    const path = { tie: "M3 6h10M3 10h10", up: "M3 11l5-6 5 6", down: "M3 5l5 6 5-6", remove: "M4 4l8 8M12 4l-8 8" }[kind];
    return `<svg class="icon" viewBox="0 0 16 16" aria-hidden="true"><path fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" d="${path}"/></svg>`;
  };
  const button = (kind, parent, act) => {
    const made = document.createElement("button");
    made.type = "button";
    if (kind !== "give") made.innerHTML = draw(kind);
    made.addEventListener("click", act);
    parent.append(made);
    return made;
  };

  for (const ballot of document.querySelectorAll("[data-ranking]")) {
    const words = ballot.dataset;
    const list = ballot.querySelector("ol");
    const items = [...list.children].map((row) => ({ row, select: row.querySelector("select"), title: row.dataset.title }));
    const rank = (item) => +item.select.value;
    const ranked = () => items.filter(rank);
    const status = document.createElement("p");
    const sort = document.createElement("button");

    // Ranks without gaps: 1, 2, 2, 5 becomes 1, 2, 2, 3. Ties stay as they are.
    const compact = () => {
      const used = [...new Set(ranked().map(rank))].sort((a, b) => a - b);
      for (const item of ranked()) item.select.value = used.indexOf(rank(item)) + 1;
    };
    const show = (message) => {
      compact();
      const last = Math.max(0, ...items.map(rank));
      for (const item of items) {
        const now = rank(item);
        const values = { title: item.title, rank: now || last + 1 };
        item.give.textContent = now || "+";
        if (now) item.give.dataset.rank = now; else delete item.give.dataset.rank;
        item.give.setAttribute("aria-label", say(now ? words.remove : words.give, values));
        item.moves.hidden = !now;
        item.up.setAttribute("aria-label", say(words.up, values));
        item.down.setAttribute("aria-label", say(words.down, values));
        item.remove.setAttribute("aria-label", say(words.remove, values));
        if (item.tie) {
          item.tie.setAttribute("aria-label", say(words.tie, { title: item.title, rank: now - 1 }));
          item.tie.setAttribute("aria-disabled", now < 2);
        }
        const tied = ranked().some((other) => other !== item && rank(other) === now);
        item.up.setAttribute("aria-disabled", now === 1 && !tied);
        item.down.setAttribute("aria-disabled", now === last && !tied);
      }
      const n = ranked().length;
      sort.hidden = n < 2;
      const left = say(n > 1 ? words.left : words.leftOne, { n, total: items.length });
      status.textContent = n || message ? `${message || ""} ${left}` : words.first;
      if (message) ballot.dispatchEvent(new Event("input", { bubbles: true }));
    };
    const give = (item) => {
      if (rank(item)) return drop(item);
      item.select.value = Math.max(0, ...items.map(rank)) + 1;
      moved(item);
    };
    const drop = (item) => {
      item.select.value = "";
      show(say(words.removed, { title: item.title }));
      item.give.focus();
    };
    const move = (item, by) => {
      const from = rank(item), to = from + by;
      const equals = items.filter((other) => other !== item && rank(other) === from);
      if (equals.length) { // leaves its equals: just above them, or just below
        for (const other of items) if (rank(other) > from) other.select.value = rank(other) + 1;
        for (const other of by < 0 ? equals : [item]) other.select.value = from + 1;
        return moved(item);
      }
      const others = items.filter((other) => rank(other) === to);
      if (!others.length) return;
      for (const other of others) other.select.value = from;
      item.select.value = to;
      moved(item);
    };
    const tie = (item) => {
      if (rank(item) < 2) return;
      item.select.value = rank(item) - 1;
      moved(item);
    };
    const moved = (item) => {
      compact();
      show(say(words.moved, { title: item.title, rank: rank(item), count: ranked().length }));
    };

    for (const item of items) {
      item.select.hidden = true;
      item.give = button("give", item.row, () => give(item));
      item.give.className = "rank-give";
      item.row.prepend(item.give);
      item.moves = document.createElement("div");
      item.moves.className = "rank-moves";
      item.row.append(item.moves);
      if (words.tie) item.tie = button("tie", item.moves, () => tie(item));
      item.up = button("up", item.moves, () => move(item, -1));
      item.down = button("down", item.moves, () => move(item, 1));
      item.remove = button("remove", item.moves, () => drop(item));
    }
    sort.type = "button";
    sort.className = "button button-secondary";
    sort.textContent = words.sort;
    sort.addEventListener("click", () => {
      const order = [...items].sort((a, b) => (rank(a) || 1e6) - (rank(b) || 1e6));
      list.append(...order.map((item) => item.row));
      status.textContent = words.sorted;
    });
    status.className = "counter counter-live";
    status.setAttribute("role", "status");
    ballot.append(sort, status);
    ballot.dataset.rankingOn = "";
    show();
    addEventListener("pageshow", () => show()); // ranks that the browser restored on the way back
  }
})();
