/**
 * One key for what is done all day, never while somebody types. `?` shows them all. Whoever speaks to
 * their computer, or rests a hand on the keys, switches them off on the page of notifications.
 */

const sheet = document.getElementById("keys");
const opener = document.getElementById("keys-open");

/** @type {Record<string, () => void>} */
const KEYS = {
  "?": () => sheet instanceof HTMLDialogElement && sheet.showModal(),
  j: () => move(1),
  k: () => move(-1),
  t: () => press('form[action$="/take-over"] button'),
  r: () => focus("reply"),
  n: () => focus("note"),
  i: () => location.assign("/console"),
};

if (sheet instanceof HTMLDialogElement && opener) {
  opener.hidden = false;
  opener.addEventListener("click", () => sheet.showModal());
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat) return;
    if (event.key === "Escape" && isField(document.activeElement)) {
      if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
      return;
    }
    const act = KEYS[event.key];
    if (!act || sheet.open || isField(document.activeElement)) return;
    event.preventDefault();
    act();
  });
}

/** @param {Element | null} element */
function isField(element) {
  return element instanceof HTMLElement && element.matches("input, textarea, select, [contenteditable]");
}

/** @param {number} step to the next chat of the lists, or the one before */
function move(step) {
  const links = [...document.querySelectorAll("#lists .chat-row a")];
  const at = links.findIndex((link) => link === document.activeElement);
  const open = links.findIndex((link) => link.hasAttribute("aria-current"));
  const next = links[(at < 0 ? open : at) + step] ?? links[step > 0 ? 0 : links.length - 1];
  if (next instanceof HTMLElement) next.focus();
}

/** @param {string} selector */
function press(selector) {
  const button = document.querySelector(selector);
  if (button instanceof HTMLElement) button.click();
}

/** @param {string} id */
function focus(id) {
  const field = document.getElementById(id);
  if (field?.offsetParent) field.focus();
}
