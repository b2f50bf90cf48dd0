import assert from "node:assert/strict";
import { test } from "node:test";
import vm from "node:vm";

import { read } from "./world.js";

const ORIGIN = "https://chat.example";

/** Just enough of a page to run the launcher in, and what it did there. */
function page(dataset = {}) {
  const did = { listeners: {}, requests: 0, left: [], styles: {}, focused: [], posted: [] };
  class Element {
    constructor(tag) {
      Object.assign(this, { tag, children: [], hidden: false, style: {}, dataset: {} });
      this.contentWindow = tag === "iframe" ? { postMessage: (...sent) => did.posted.push(sent) } : undefined;
    }
    append(...children) {
      this.children.push(...children);
    }
    remove() {
      this.removed = true;
    }
    focus() {
      did.focused.push(this.tag);
    }
    attachShadow() {
      this.shadow = new Element("shadow");
      return this.shadow;
    }
  }
  class HTMLScriptElement extends Element {}
  const script = Object.assign(new HTMLScriptElement("script"), { src: `${ORIGIN}/widget/embed.js`, dataset });
  const body = new Element("body");
  const root = { style: { setProperty: (name, value) => (did.styles[name] = value) } };
  const asked = () => (did.requests += 1);
  const world = {
    HTMLElement: Element,
    HTMLScriptElement,
    URL,
    CSSStyleSheet: class {
      replaceSync() {}
    },
    customElements: { get: () => undefined, define: () => undefined },
    document: { currentScript: script, body, documentElement: root, createElement: (tag) => new Element(tag) },
    location: { replace: (address) => did.left.push(address) },
    setTimeout: (act) => act(),
    addEventListener: (kind, listener) => (did.listeners[kind] = listener),
    visualViewport: null,
    fetch: asked,
    XMLHttpRequest: asked,
    WebSocket: asked,
    localStorage: new Proxy({}, { get: asked, set: asked }),
    sessionStorage: new Proxy({}, { get: asked, set: asked }),
  };
  world.window = world;
  vm.runInNewContext(read("embed.js"), world);
  const [shadow] = body.children.map((child) => child.shadow);
  const find = (tag) => shadow.children.find((child) => child.tag === tag && !child.removed);
  return { did, world, find, press: () => find("button").onclick() };
}

const hear = ({ did, find }, data, { origin = ORIGIN, source = find("iframe")?.contentWindow } = {}) =>
  did.listeners.message({ data, origin, source });

test("until it is pressed it is one button, without a request or a trace", () => {
  const { did, find } = page();
  assert.match(find("button").textContent, /Chat/);
  assert.equal(find("iframe"), undefined);
  assert.deepEqual([did.requests, did.posted], [0, []]);
});

test("pressed, it shows the chat in a frame with its fixed name", () => {
  const { find, press, did } = page();
  press();
  const { title, src } = find("iframe");
  assert.deepEqual([title, src], ["Chat with Project CARA", `${ORIGIN}/widget/frame`]);
  assert.deepEqual([find("button").hidden, did.focused], [true, ["iframe"]]);
});

test("a message to the frame goes to its origin only", () => {
  const { find, press, did } = page();
  press();
  find("iframe").onload();
  assert.deepEqual(JSON.parse(JSON.stringify(did.posted)), [[{ cara: "open" }, ORIGIN]]);
});

test("minimised, the frame stays and the button has the focus again", () => {
  const chat = page();
  chat.press();
  hear(chat, { cara: "shut", ended: false });
  assert.equal(chat.find("iframe").hidden, true);
  assert.deepEqual([chat.find("button").hidden, chat.did.focused.at(-1)], [false, "button"]);
  chat.press();
  assert.equal(chat.find("iframe").hidden, false);
});

test("closed, nothing of the chat stays in the page", () => {
  const chat = page();
  chat.press();
  hear(chat, { cara: "shut", ended: true });
  assert.equal(chat.find("iframe"), undefined);
});

test("new messages are counted on the button until it is opened", () => {
  const chat = page();
  chat.press();
  hear(chat, { cara: "shut", ended: false });
  hear(chat, { cara: "unread", count: 2 });
  assert.equal(chat.find("button").textContent, "Chat with us (2)");
  chat.press();
  assert.equal(chat.find("button").textContent, "Chat with us");
});

test("hiding blanks the page in the same moment and replaces it in the history", () => {
  const chat = page({ exit: "https://weather.example/" });
  chat.press();
  hear(chat, { cara: "exit" });
  assert.deepEqual(chat.did.left, ["https://weather.example/"]);
  assert.equal(chat.did.styles["display"], "none");
  assert.equal(chat.world.document.title, "weather.example");
});

test("without an address of its own it leaves for the weather", () => {
  const chat = page();
  chat.world.caraChat.hide();
  assert.deepEqual(chat.did.left, ["https://www.bbc.co.uk/weather"]);
});

test("the frame is told to forget when the page is hidden from outside", () => {
  const chat = page();
  chat.press();
  chat.world.caraChat.hide();
  assert.equal(chat.did.posted.at(-1)[0].cara, "leave");
});

test("nobody else can speak for the frame", () => {
  const chat = page();
  chat.press();
  hear(chat, { cara: "exit" }, { origin: "https://evil.example" });
  hear(chat, { cara: "exit" }, { source: {} });
  assert.deepEqual(chat.did.left, []);
});

test("before the chat is open nobody can speak at all", () => {
  const chat = page();
  hear(chat, { cara: "exit" }, { source: null });
  assert.deepEqual(chat.did.left, []);
});

test("the page can open and close it", () => {
  const { world, find } = page({ label: "Chat now" });
  assert.equal(find("button").textContent, "Chat now");
  world.caraChat.open();
  world.caraChat.close();
  assert.equal(find("iframe").hidden, true);
});
