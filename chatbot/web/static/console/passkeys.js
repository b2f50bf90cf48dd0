/* Passkeys: the server says what to ask for, the browser asks, and a plain form takes the answer
   back. A form shows itself only where the browser can do it. */

/** @typedef {{step: string, options: any}} Ceremony */

/**
 * Ask the person for a passkey.
 * @param {string} kind "create" for a new one, "get" for one that is there
 * @param {any} options as the server sent them
 * @returns {Promise<Credential | null>}
 */
const ask = (kind, options) => (kind === "create"
  ? navigator.credentials.create({
    publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options),
  })
  : navigator.credentials.get({
    publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options),
  }));

/**
 * Carry out one ceremony and send the form.
 * @param {HTMLFormElement} form
 */
const carryOut = async (form) => {
  const answer = await fetch(`${form.action}/options`, { method: "POST" });
  if (answer.redirected) {
    location.assign(answer.url); // the passphrase is asked for first
    return;
  }
  if (!answer.ok) throw new Error(String(answer.status));
  /** @type {Ceremony} */
  const { step, options } = await answer.json();
  const credential = await ask(form.dataset["passkey"] ?? "get", options);
  const fields = /** @type {Record<string, HTMLInputElement>} */ (/** @type {any} */ (form.elements));
  /** @type {HTMLInputElement} */ (fields["step"]).value = step;
  /** @type {HTMLInputElement} */ (fields["credential"]).value = JSON.stringify(credential);
  form.submit();
};

/** @param {HTMLFormElement} form */
const prepare = (form) => {
  const said = form.querySelector("[data-said]");
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (said instanceof HTMLElement) said.hidden = true;
    try {
      await carryOut(form);
    } catch {
      if (!(said instanceof HTMLElement)) return;
      said.textContent = form.dataset["failed"] ?? "";
      said.hidden = false;
    }
  });
};

const able = typeof PublicKeyCredential === "function"
  && "parseCreationOptionsFromJSON" in PublicKeyCredential;
if (able) {
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    if (form instanceof HTMLFormElement) prepare(form);
  }
  for (const hint of document.querySelectorAll("[data-without-passkeys]")) hint.remove();
}
