/* Until pressed: one button, no request, no storage. */
(() => {
  const script = /** @type {HTMLScriptElement | undefined} */ (
    [document.currentScript, ...document.scripts].find((el) => /widget.embed.js/.test(Object(el).src))
  );
  if (!script || customElements.get("cara-chat")) return;
  const { dataset, nonce } = script;
  const { origin } = new URL(script.src);
  const { label = "Chat with us", failed = "Chat failed. Try again", position = "right" } = dataset;
  const { exit = "https://www.bbc.co.uk/weather", lang = "", loading = "Loading." } = dataset;

  customElements.define("cara-chat", class extends HTMLElement {});
  const host = document.createElement("cara-chat");
  const shadow = host.attachShadow({ mode: "open" });
  const button = document.createElement("button");
  const cover = document.createElement("p");

  /** @param {string} css */
  const style = (css) => {
    try {
      const sheet = new CSSStyleSheet(); // strict CSPs
      sheet.replaceSync(css);
      shadow.adoptedStyleSheets = [...shadow.adoptedStyleSheets, sheet];
    } catch {
      shadow.append(Object.assign(document.createElement("style"), { textContent: css }));
    }
  };
  // Beats the page's.
  style(`:host{all:initial!important;position:absolute!important}
*{position:fixed;z-index:2147483000;${position}:max(1em,env(safe-area-inset-${position}));
bottom:max(1em,env(safe-area-inset-bottom));box-shadow:0 4px 24px #0004}
button{display:flex;gap:.6em;align-items:center;min-height:3.4em;max-width:90vw;
padding:0 1.3em;border:2px solid;border-radius:2em;background:#1d4f5c;color:#fff;
font:600 1em system-ui;cursor:pointer}
button:before{content:"";width:1.1em;height:.8em;border:2px solid;border-radius:.4em .4em .4em 0}
button:hover{background:#163e49}
button:focus-visible{outline:4px solid #ffbf47;box-shadow:0 0 0 8px #10282f}
p{inset:0;margin:0;padding:1em;background:#fff}
[hidden]{display:none}
@media print{:host{display:none!important}}`);

  // Body may be transformed.
  const add = () => host.isConnected || document.documentElement.append(host);

  // Blank first, network or not.
  const hide = () => {
    add();
    if (cover.isConnected) return;
    shadow.append(cover);
    dispatchEvent(new Event("cara-chat:hide"));
    chat.leave?.();
    cover.textContent = loading;
    document.title = new URL(exit).host;
    document.body?.style.setProperty("display", "none", "important");
    for (const page of new Set([top, window])) setTimeout(() => page?.location.replace(exit), 50);
    chat.frame || (sessionStorage["left"] = 1);
  };

  /** @type {import("./app/types.js").Launcher} */
  const chat = {
    ...{ button, dataset, hide, label, origin, shadow, style },
    build() {
      const frame = document.createElement("iframe");
      frame.hidden = true;
      frame.src = `${origin}/widget/frame?lang=${lang}`;
      chat.loaded = new Promise((done) => (frame.onload = done));
      shadow.append((chat.frame = frame));
    },
    fail() {
      chat.frame?.remove();
      chat.frame = undefined;
      Object.assign(button, { textContent: failed, style: "" });
    },
    open() {
      if (chat.frame) return;
      add();
      chat.build();
      button.style.opacity = ".7";
      const panel = document.createElement("script");
      panel.onerror = chat.fail;
      host.append(Object.assign(panel, { chat, nonce, src: `${origin}/widget/panel.js` }));
    },
  };

  // As app/host.js
  let [presses, at, modified] = [0, 0, false];
  addEventListener("keyup", ({ key, shiftKey, timeStamp }) => {
    presses = key !== "Shift" || modified ? 0 : timeStamp - at > 5000 ? 1 : presses + 1;
    [at, modified] = [timeStamp, shiftKey];
    if (presses > 2) hide();
  }, true);

  cover.setAttribute("role", "alert");
  button.textContent = label;
  button.onclick = () => chat.open();
  shadow.append(button);
  Object.assign(window, {
    caraChat: { open: () => chat.open(), close: () => chat.close?.(), hide },
  });
  dispatchEvent(new Event("cara-chat:ready"));
  if (document.body) add();
  else addEventListener("DOMContentLoaded", add);
})();
