/* Buttons that copy what an element shows; without a clipboard they stay away. */

for (const button of document.querySelectorAll("button[data-copy]")) {
  if (!(button instanceof HTMLButtonElement) || !navigator.clipboard) continue;
  const source = document.getElementById(button.dataset["copy"] ?? "");
  if (!source) continue;
  const words = button.textContent ?? "";
  button.hidden = false;
  button.addEventListener("click", async () => {
    const text = source instanceof HTMLInputElement ? source.value : source.innerText;
    await navigator.clipboard.writeText(text.trim());
    button.textContent = button.dataset["copied"] ?? words;
    setTimeout(() => { button.textContent = words; }, 3000);
  });
}
