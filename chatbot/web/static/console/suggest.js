/** The buttons below a visitor's words that hand them to the FAQ: sent without leaving the chat. */

document.addEventListener("submit", (event) => {
  const { target: form, submitter: button } = event;
  if (!(form instanceof HTMLFormElement) || form.id !== "suggest") return;
  if (!(button instanceof HTMLButtonElement)) return;
  event.preventDefault();
  void suggest(form, button);
});

/** @param {HTMLFormElement} form @param {HTMLButtonElement} button */
async function suggest(form, button) {
  const chat = String(new FormData(form).get("chat") ?? "");
  const body = new URLSearchParams({ chat, seq: button.value });
  const headers = { accept: "application/json" };
  const answer = await fetch(form.action, { method: "POST", body, headers }).catch(() => null);
  if (!answer?.ok) return;
  button.textContent = form.dataset["saved"] ?? "";
  button.setAttribute("aria-disabled", "true");
}
