// The voting code is in the fragment of the letter's address, which no server receives. It is kept for this tab only,
// taken out of the address, and put into the field that asks for it.
(() => {
  const consultation = location.pathname.match(/\/c\/([^/]+)\/voter(\/|$)/)?.[1];
  if (!consultation) return;
  const name = `code:${consultation}`;
  const read = (text) => {
    const letters = decodeURIComponent(text).replace(/[\s\u2013\u2014-]/g, "").toUpperCase();
    return /^[2-9A-HJKMNP-Z]{20}$/.test(letters) ? letters.match(/.{4}/g).join("-") : "";
  };
  let kept = "";
  try {
    const found = read(location.hash.slice(1));
    if (found) {
      sessionStorage.setItem(name, found);
      history.replaceState(null, "", location.pathname + location.search);
    }
    kept = sessionStorage.getItem(name) || "";
    if (document.querySelector("[data-code-used]")) sessionStorage.removeItem(name);
  } catch { /* storage refused, or not a code: it is typed */ }
  if (!kept) return;
  const field = document.querySelector("[data-voting-code]");
  if (field && !field.value) field.value = kept;
  if (field && field.value !== kept) return;
  for (const note of document.querySelectorAll("[data-code-kept]")) note.hidden = false;
})();
