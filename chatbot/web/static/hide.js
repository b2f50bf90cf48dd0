/* "Hide this page": blank, forget, leave, stay away. */
(() => {
  const { exit, say } = Object(document.currentScript).dataset;
  const words = say.split("|");
  const root = document.documentElement;
  let [gone, modified, presses, timer] = [false, false, 0, 0];
  let store = Object();
  try { store = sessionStorage; } catch { /* forbidden */ }

  const leave = () => {
    if (gone) return;
    gone = true;
    setTimeout(() => location.replace(exit), 50); // chat ends first
    document.body.hidden = true;
    document.title = words[3];
    for (const form of document.forms) form.reset();
    store.clear?.();
    store.left = "1";
    const chat = Object(window).caraChat;
    if (chat) return chat.hide();
    const cover = document.createElement("p");
    cover.setAttribute("role", "alert");
    root.append(cover);
    cover.textContent = words[3];
  };

  /** @param {any} event */
  const press = (event) => {
    if ((event.key ?? " ") !== " " || !event.target.closest("[data-hide]")) return;
    event.preventDefault();
    leave();
  };
  addEventListener("click", press);
  addEventListener("keydown", press);
  addEventListener("cara-chat:hide", leave);

  const show = (count = 0) => {
    presses = count;
    root.className = `js shift-${count}`;
    document.querySelector("#hide-status")?.replaceChildren(words[count]);
  };
  // Shifts as on GOV.UK
  addEventListener("keyup", ({ key, shiftKey }) => {
    clearTimeout(timer);
    const alone = key === "Shift" && !modified;
    modified = shiftKey;
    if (alone && presses > 1) leave();
    else if (alone) {
      show(presses + 1);
      timer = setTimeout(show, 5000);
    } else if (presses) show();
  }, true);
  show();

  // Back shows nothing
  const back = () => {
    if (!gone && !store.left) return;
    root.hidden = true;
    location.replace(exit);
  };
  addEventListener("pageshow", (event) => event.persisted && back());
  if (performance.getEntriesByType("navigation")[0]?.toJSON().type === "back_forward") back();
  else delete store.left;
})();
