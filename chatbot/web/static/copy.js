/* "Copy" beside a piece of code, where the browser can. */
for (const button of document.querySelectorAll("button[data-copy]")) {
  if (!(button instanceof HTMLButtonElement) || !navigator.clipboard) continue;
  const { copy = "", copied = "" } = button.dataset;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(copy)?.textContent ?? "");
    document.querySelector("#hide-status")?.replaceChildren(copied);
    button.textContent = copied;
  });
}
