/** Just enough of a page to run the launcher and its parts in, and what they did there. */

import vm from "node:vm";

import { read, settle } from "./world.js";

export const ORIGIN = "https://chat.example";

function elements(did) {
  return class Element {
    constructor(tag) {
      Object.assign(this, { tag, children: [], hidden: false, style: {}, dataset: {}, isConnected: false });
      this.contentWindow = tag === "iframe" ? { postMessage: (...sent) => did.posted.push(sent) } : undefined;
    }
    append(...children) {
      if (typeof children[0] === "string") return void (this.textContent += children[0]);
      this.children.push(...children);
      for (const child of children) Object.assign(child, { isConnected: true, parent: this });
    }
    remove() {
      this.isConnected = false;
      this.parent.children = this.parent.children.filter((child) => child !== this);
    }
    matches(selector) {
      return !selector.includes(this.tag);
    }
    focus() {
      did.focused.push(this.tag);
    }
    attachShadow() {
      this.shadow = Object.assign(new Element("shadow"), { host: this, activeElement: null, adoptedStyleSheets: [] });
      return this.shadow;
    }
    setAttribute(name, value) {
      this[name] = value;
    }
    getAttribute(name) {
      return this[name] ?? null;
    }
  };
}

/**
 * A page with our tag in it.
 * @param {{ dataset?: object, current?: (script) => object | null, body?: boolean, top?: object }} how
 *   the tag's attributes, what `currentScript` is, whether the body has begun, what frames the page
 */
export function page({ dataset = {}, current = (script) => script, body = true, top } = {}) {
  const did = { listeners: {}, requests: 0, left: [], styles: {}, focused: [], posted: [], told: [] };
  const Element = elements(did);
  const script = Object.assign(new Element("script"), { src: `${ORIGIN}/widget/embed.js`, dataset, nonce: "n" });
  const root = new Element("html");
  const head = Object.assign(new Element("head"), {
    querySelector: () => head.children[0] ?? null,
    querySelectorAll: () => head.children,
  });
  const shown = { setProperty: (name, value) => (did.styles[name] = value) };
  const asked = () => (did.requests += 1);
  const kept = {};
  const hear = (kind, listener) => (did.listeners[kind] ??= []).push(listener);
  const world = {
    HTMLElement: Element,
    URL,
    Set,
    CSSStyleSheet: class {
      replaceSync() {}
    },
    Event: class {
      constructor(type) {
        Object.assign(this, { type });
      }
    },
    CustomEvent: class {
      constructor(type, { detail }) {
        Object.assign(this, { type, detail });
      }
    },
    MutationObserver: class {
      constructor(act) {
        did.mutate = () => this.watching && act();
      }
      observe() {
        this.watching = true;
      }
      disconnect() {
        this.watching = false;
      }
    },
    customElements: { known: new Set(), get: (name) => world.customElements.known.has(name) },
    document: {
      currentScript: current(script),
      scripts: [script],
      documentElement: root,
      head,
      title: "Our town",
      body: body ? Object.assign(new Element("body"), { style: shown }) : null,
      createElement: (tag) => new Element(tag),
    },
    location: { replace: (address) => did.left.push(address) },
    setTimeout: (act, ms) => (ms > 1000 ? (did.later = act) : act()),
    addEventListener: hear,
    dispatchEvent: (event) => {
      did.told.push(event.detail ? [event.type, event.detail] : event.type);
      for (const act of did.listeners[event.type] ?? []) act(event);
    },
    visualViewport: null,
    matchMedia: () => ({ matches: false }),
    fetch: asked,
    XMLHttpRequest: asked,
    WebSocket: asked,
    localStorage: new Proxy({}, { get: asked, set: asked }),
    sessionStorage: new Proxy(kept, { get: (_, name) => (asked(), kept[name]) }),
  };
  world.customElements.define = (name) => world.customElements.known.add(name);
  world.window = world;
  world.top = top ?? world;
  const context = vm.createContext(world);
  const run = (name) => vm.runInContext(read(name), context);
  run("embed.js");
  return new Page({ did, world, root, head, run });
}

class Page {
  constructor(parts) {
    Object.assign(this, parts);
  }

  get host() {
    return this.root.children[0];
  }

  /** @returns the first element of the chat with this tag, if it is there */
  find(tag) {
    return this.host.shadow.children.find((child) => child.tag === tag);
  }

  /** Runs what was asked for since: the panel, and what the panel asks for. */
  async load() {
    for (let next = this.#asked(); next; next = this.#asked()) {
      this.world.document.currentScript = next;
      this.run(new URL(next.src).pathname.replace("/widget/", ""));
      await settle();
    }
  }

  #asked() {
    return this.host.children.find(({ tag }) => tag === "script");
  }

  async press() {
    this.find("button").onclick();
    await this.load();
    const frame = this.find("iframe");
    if (!frame.came) frame.onload();
    frame.came = true;
    await settle();
  }

  /** A message, by default from the frame. */
  async hear(data, { origin = ORIGIN, source = this.find("iframe")?.contentWindow } = {}) {
    for (const act of this.did.listeners.message ?? []) act({ data, origin, source });
    await this.load();
  }
}
