// Passkeys: show forms that need one; on submit, ask the browser and send its answer with the form.
(() => {
  if (!window.PublicKeyCredential) return;
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
  const readable = (options) => {
    const read = { ...options, challenge: bytes(options.challenge) };
    if (read.user) read.user = { ...read.user, id: bytes(read.user.id) };
    for (const name of ["allowCredentials", "excludeCredentials"])
      if (read[name]) read[name] = read[name].map((one) => ({ ...one, id: bytes(one.id) }));
    return read;
  };
  const sendable = ({ id, rawId, type, response }) => {
    const sent = { clientDataJSON: text(response.clientDataJSON) };
    for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"])
      if (response[name]) sent[name] = text(response[name]);
    return JSON.stringify({ id, rawId: text(rawId), type, response: sent, clientExtensionResults: {} });
  };
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    const failed = form.querySelector("[data-passkey-failed]");
    const credential = form.elements.credential;
    form.hidden = false;
    form.addEventListener("submit", async (event) => {
      if (credential.value) return;
      event.preventDefault();
      failed.hidden = true;
      try {
        const publicKey = readable(JSON.parse(form.dataset.options));
        credential.value = sendable(await navigator.credentials[form.dataset.passkey]({ publicKey }));
        form.requestSubmit();
      } catch {
        credential.value = "";
        failed.textContent = form.dataset.failed;
        failed.hidden = false;
      }
    });
    addEventListener("pageshow", () => { credential.value = ""; });
  }
})();
