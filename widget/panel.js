/*
 * The chat in the page, loaded by the launcher on the first press: shows the frame, hears it, keeps
 * it in sight, and tells the page's own scripts what happens.
 */
(() => {
  const script = /** @type {HTMLScriptElement} */ (document.currentScript);
  /** @type {import("./app/types.js").Launcher} */
  const chat = Object(script).chat;
  const { button, dataset, label, origin, shadow } = chat;
  const READY_MS = 3_000;
  const SMALL = "(max-width:480px),(max-height:480px)";

  chat.style(`iframe{width:25em;height:min(44em,100dvh - 6em);border:0;border-radius:1em}
@media${SMALL}{iframe{width:100%;border-radius:0;
inset:calc(var(--top,0px) + var(--cara-bar,0px)) 0 auto;
height:calc(var(--height,100dvh) - var(--cara-bar,0px))}}`);

  /** @type {HTMLIFrameElement | undefined} the one that has answered */
  let ready;
  /** @type {Element | null} what had the focus before the chat */
  let before;
  // Hidden from a page on which it was not open, the chat is still to be forgotten in this tab.
  let left = false;
  try {
    left = sessionStorage["left"];
    delete sessionStorage["left"];
  } catch {
    // A page without storage
  }

  /** @param {string} kind @param {object} [detail] never a word that somebody wrote */
  const emit = (kind, detail) => dispatchEvent(new CustomEvent(`cara-chat:${kind}`, { detail }));

  /** @param {string} cara once there is somebody to hear it */
  const tell = async (cara) => {
    const { frame } = chat;
    await chat.loaded;
    frame?.contentWindow?.postMessage({ cara }, origin);
    // A frame that this site may not show, or that did not come, has no button to close it.
    if (frame) setTimeout(() => ready === frame || fail(frame), READY_MS);
  };

  // A phone's keyboard covers a fixed frame instead of shrinking it.
  const view = visualViewport;
  const fit = () => {
    if (!view || !chat.frame || view.scale > 1.01) return;
    chat.frame.style.cssText = `--top:${view.offsetTop}px;--height:${view.height}px`;
  };
  for (const kind of ["resize", "scroll"]) view?.addEventListener(kind, fit);

  // Behind what fills a phone's screen nothing is found by Tab or read out, but a bar left in view.
  const small = matchMedia(SMALL);
  /** @type {HTMLElement[]} */
  let behind = [];
  const seal = () => {
    for (const part of behind) part.inert = false;
    const parts = small.matches && chat.frame?.hidden === false ? document.body.children : [];
    behind = Array.from(parts, Object).filter((p) => !p.inert && !p.matches("[data-cara-bar]"));
    for (const part of behind) part.inert = true;
  };
  small.onchange = seal;

  chat.open = () => {
    if (!chat.frame) chat.build();
    const { frame } = chat;
    if (frame?.hidden) {
      // The page's own button that opened it gets the focus back.
      before = document.activeElement;
      button.hidden = true;
      Object.assign(button, { textContent: label, style: "" });
      frame.hidden = false;
      frame.title = dataset["title"] ?? "Chat with Project CARA";
      fit();
      emit("open");
      // Also when the visitor chooses another language, for which the frame loads itself again.
      void tell("open").then(() => (frame.onload = () => tell("open")));
    }
    frame?.focus();
  };

  const drop = () => {
    chat.frame?.remove();
    chat.frame = undefined;
  };

  chat.close = (ended = false) => {
    const { frame } = chat;
    if (!frame || frame.hidden) return;
    void tell("shut");
    const focused = shadow.activeElement;
    frame.hidden = true;
    button.hidden = false;
    seal();
    // Not away from where a person is by now
    if (focused) (before?.matches(":not(body, cara-chat)") ? Object(before) : button).focus();
    if (ended) drop();
    emit("close");
  };

  chat.leave = () => void tell("leave");

  /** @param {HTMLIFrameElement} frame */
  const fail = (frame) => {
    if (frame !== chat.frame) return;
    chat.close?.(true);
    chat.fail();
    emit("fail");
  };

  /** @param {string | undefined} neutral title of the page while the chat is open, if another */
  const disguise = (neutral) => {
    if (!neutral || chat.neutral) return;
    chat.neutral = neutral;
    const { nonce } = script;
    const part = document.createElement("script");
    shadow.host.append(Object.assign(part, { chat, nonce, src: `${origin}/widget/neutral.js` }));
  };

  addEventListener("message", ({ data, origin: from, source }) => {
    if (!source || from !== origin || source !== chat.frame?.contentWindow) return;
    const { cara, count } = data;
    if (cara === "exit") chat.hide();
    else if (cara === "shut") chat.close?.(data.ended);
    else if (cara === "unread") {
      button.textContent = `${label} (${count})`;
      emit(cara, { count });
    } else if (cara === "ready") {
      ready = /** @type {HTMLIFrameElement} */ (chat.frame);
      seal(); // not before: to style the whole page again would delay the frame
      if (left) {
        left = false;
        drop();
        return chat.open();
      }
      ready.title = data.title; // in the visitor's language
      disguise(dataset["neutralTitle"] ?? data.neutral);
    }
  });

  script.remove();
  if (left) void tell("leave");
  else chat.open();
})();
