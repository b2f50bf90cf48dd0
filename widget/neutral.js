/*
 * A neutral title and icon for the page while the chat is open, where a site or the service wants
 * it: whoever sees the tab or the list of windows reads, say, "Weather".
 */
(() => {
  const script = /** @type {HTMLScriptElement} */ (document.currentScript);
  /** @type {import("./app/types.js").Launcher} */
  const chat = Object(script).chat;
  const SUN =
    "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 8 8'>" +
    "<circle cx='4' cy='4' r='3' fill='%23fb0'/></svg>";
  const ICONS = "link[rel~=icon]";
  let neutral = chat.neutral ?? "";
  let title = "";
  /** @type {(() => void)[]} */
  let icons = [];

  const rename = () => {
    if (document.title === neutral) return;
    title = document.title;
    document.title = neutral;
    neutral = document.title; // as the browser spells it
  };
  // A page may write its title anew meanwhile: it gets that one back.
  const watch = new MutationObserver(rename);

  /** @param {Element} link @returns {() => void} what brings the page's own icon back */
  const cover = (link) => {
    const own = link.getAttribute("href");
    link.setAttribute("href", SUN);
    return () => (own ? link.setAttribute("href", own) : link.remove());
  };

  const conceal = () => {
    if (icons.length > 0) return;
    title = neutral;
    rename();
    watch.observe(document.head, { childList: true, subtree: true, characterData: true });
    if (!document.head.querySelector(ICONS)) {
      document.head.append(Object.assign(document.createElement("link"), { rel: "icon" }));
    }
    icons = Array.from(document.head.querySelectorAll(ICONS), cover);
  };

  const reveal = () => {
    watch.disconnect();
    if (icons.length > 0 && document.title === neutral) document.title = title;
    for (const restore of icons.splice(0)) restore();
  };

  addEventListener("cara-chat:open", conceal);
  addEventListener("cara-chat:close", reveal);
  addEventListener("cara-chat:hide", () => watch.disconnect());
  script.remove();
  if (chat.frame?.hidden === false) conceal();
})();
