/** Helpers of the tests: events of the service, fake wires and a fake service over fetch. */

import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("..", import.meta.url));
export const MODULES = readdirSync(`${ROOT}app`).filter((name) => name.endsWith(".js"));
/** What is loaded after the first message only. */
export const LATER = readdirSync(`${ROOT}later`).filter((name) => name.endsWith(".js"));

export const read = (path) => readFileSync(ROOT + path, "utf8");

/** One example of each event and frame that the service may send, as it writes them. */
export const LOG = Object.freeze([
  { type: "state", seq: 1, at: 1, state: "assistant" },
  { type: "message", seq: 2, at: 2, author: "visitor", text: "Am I late?", client_id: "c-1" },
  {
    type: "message",
    seq: 3,
    at: 3,
    author: "assistant",
    text: "Which?",
    html: "<p>Which?</p>",
    outcome: "clarify",
    options: [{ slug: "late", question: "What if I am late?" }],
  },
  { type: "message", seq: 4, at: 4, author: "visitor", text: "I want to die", client_id: "c-2" },
  {
    type: "message",
    seq: 5,
    at: 5,
    author: "assistant",
    text: "Ring 116 123",
    html: "<p>Ring 116 123</p>",
    outcome: "signposted",
    urgent: "self_harm",
    faq: { slug: "suicide-self-harm", revision: 1 },
  },
  { type: "state", seq: 6, at: 6, state: "waiting" },
  { type: "callback", seq: 7, at: 7, reference: "ABC" },
  { type: "state", seq: 8, at: 8, state: "staff", name: "Amina" },
  { type: "message", seq: 9, at: 9, author: "staff", name: "Amina", text: "Hello" },
  { type: "message", seq: 10, at: 10, author: "system", text: "Are you still there?" },
  { type: "state", seq: 11, at: 11, state: "assistant" },
  { type: "closed", seq: 12, at: 12, by: "visitor" },
]);

/** A socket that does what the test says. */
export class FakeWire {
  sent = [];
  closed = false;
  #listeners = {};

  addEventListener(kind, listener) {
    this.#listeners[kind] = listener;
  }

  send(text) {
    this.sent.push(JSON.parse(text));
  }

  close() {
    this.closed = true;
  }

  open() {
    this.#listeners.open?.({});
  }

  say(...frames) {
    this.#listeners.message?.({ data: JSON.stringify(frames) });
  }

  drop(code = 1006) {
    this.#listeners.close?.({ code });
  }
}

/** Time that passes when the test says so: the timers of `node:test` differ between versions. */
export class FakeClock {
  #real = { setTimeout: globalThis.setTimeout, clearTimeout: globalThis.clearTimeout, now: Date.now };
  #now = 1_000_000;
  #timers = new Map();
  #last = 0;

  start() {
    globalThis.setTimeout = (act, ms = 0) => {
      this.#last += 1;
      this.#timers.set(this.#last, { act, at: this.#now + ms });
      return this.#last;
    };
    globalThis.clearTimeout = (id) => this.#timers.delete(id);
    Date.now = () => this.#now;
  }

  stop() {
    const { setTimeout, clearTimeout, now } = this.#real;
    Object.assign(globalThis, { setTimeout, clearTimeout });
    Date.now = now;
    this.#timers.clear();
  }

  pass(ms) {
    const end = this.#now + ms;
    const due = () => [...this.#timers].filter(([, { at }]) => at <= end);
    for (let next = due(); next.length > 0; next = due()) {
      const [id, { act, at }] = next.reduce((a, b) => (b[1].at < a[1].at ? b : a));
      this.#timers.delete(id);
      this.#now = at;
      act();
    }
    this.#now = end;
  }
}

/** Lets every promise that can be settled now be settled. */
export async function settle() {
  for (let i = 0; i < 8; i += 1) await new Promise((done) => setImmediate(done));
}
