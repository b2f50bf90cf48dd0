/* Chat launcher. Until it is pressed: one button, no request, no storage. */
(() => {
  const script = document.currentScript;
  if (!(script instanceof HTMLScriptElement) || customElements.get("cara-chat")) return;
  const { origin } = new URL(script.src);
  const { label = "Chat with us", exit = "https://www.bbc.co.uk/weather" } = script.dataset;

  customElements.define("cara-chat", class extends HTMLElement {});
  const host = document.createElement("cara-chat");
  const shadow = host.attachShadow({ mode: "open" });
  const button = document.createElement("button");
  /** @type {HTMLIFrameElement | undefined} */
  let frame;

  const css = `:host{all:initial}
*{position:fixed;z-index:2147483000;right:max(1em,env(safe-area-inset-right));
bottom:max(1em,env(safe-area-inset-bottom));box-shadow:0 4px 24px #0004}
button{display:flex;gap:.6em;align-items:center;min-height:3.4em;padding:0 1.3em;cursor:pointer;
border:2px solid #fff;border-radius:2em;background:#1d4f5c;color:#fff;font:600 1em var(--font,system-ui)}
button:before{content:"";width:1.1em;height:.8em;border:2px solid;border-radius:.4em .4em .4em 0}
button:hover{background:#163e49}
button:focus-visible{outline:4px solid #ffbf47;box-shadow:0 0 0 8px #10282f}
iframe{width:25em;height:min(44em,100dvh - 6em);border:0;border-radius:1em}
@media(max-width:480px),(max-height:480px){iframe{inset:calc(var(--top,0px) + var(--bar,0px)) 0 auto;
width:100%;height:calc(var(--height,100dvh) - var(--bar,0px));border-radius:0}}
[hidden]{display:none}`;
  try {
    const sheet = new CSSStyleSheet(); // passes a strict style-src
    sheet.replaceSync(css);
    shadow.adoptedStyleSheets = [sheet];
  } catch {
    shadow.append(Object.assign(document.createElement("style"), { textContent: css }));
  }

  /** @param {string} cara */
  const tell = (cara) => frame?.contentWindow?.postMessage({ cara }, origin);

  const open = () => {
    button.hidden = true;
    button.textContent = label;
    if (frame) {
      frame.hidden = false;
      tell("open");
    } else {
      frame = document.createElement("iframe");
      frame.title = "Chat with Project CARA";
      frame.src = `${origin}/widget/frame`;
      frame.onload = () => tell("open");
      shadow.append(frame);
    }
    frame.focus();
  };

  const close = (ended = false) => {
    if (!frame || frame.hidden) return;
    tell("shut");
    frame.hidden = true;
    button.hidden = false;
    button.focus();
    if (!ended) return;
    frame.remove();
    frame = undefined;
  };

  /** Blanks the page at once, however long the network then takes. */
  const hide = () => {
    tell("leave");
    document.documentElement.style.setProperty("display", "none", "important");
    document.title = new URL(exit).host;
    setTimeout(() => location.replace(exit), 50);
  };

  addEventListener("message", (event) => {
    if (event.origin !== origin || event.source !== frame?.contentWindow) return;
    const { cara } = event.data;
    if (cara === "exit") hide();
    else if (cara === "unread") button.textContent = `${label} (${event.data.count})`;
    else if (cara === "shut") close(event.data.ended);
  });

  // As in app/host.js.
  let [presses, at, modified] = [0, 0, false];
  addEventListener("keyup", ({ key, shiftKey, timeStamp }) => {
    if (timeStamp - at > 5000) presses = 0;
    presses = key === "Shift" && !modified ? presses + 1 : 0;
    [at, modified] = [timeStamp, shiftKey];
    if (presses > 2) hide();
  }, true);

  // A phone's keyboard covers a fixed frame instead of shrinking it.
  const view = visualViewport;
  const fit = () => {
    if (!view || view.scale > 1.01) return;
    host.style.cssText = `--top:${view.offsetTop}px;--height:${view.height}px`;
  };
  for (const kind of ["resize", "scroll"]) view?.addEventListener(kind, fit);

  button.textContent = label;
  button.onclick = open;
  shadow.append(button);
  Object.assign(window, { caraChat: { open, close: () => close(), hide } });
  const add = () => document.body.append(host);
  if (document.body) add();
  else addEventListener("DOMContentLoaded", add);
})();
