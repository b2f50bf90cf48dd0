/** Helpers of the tests: events of the service, fake wires and a fake service over fetch. */

import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("..", import.meta.url));
export const MODULES = readdirSync(`${ROOT}app`).filter((name) => name.endsWith(".js"));
/** What is loaded after the first message only. */
export const LATER = readdirSync(`${ROOT}later`).filter((name) => name.endsWith(".js"));

export const read = (path) => readFileSync(ROOT + path, "utf8");

/** One of each event and signal, as the service writes them: `python -m tests.web.frames`. */
export const { log: WRITTEN, signals: SIGNALS } = JSON.parse(read("test/frames.json"));

const WAITS = WRITTEN.findIndex(({ state }) => state === "waiting") + 1;
const ENDS = WRITTEN.findIndex(({ type }) => type === "closed") + 1;
/** A whole chat, with a kind of event in it that this widget does not know yet. */
export const LOG = Object.freeze(
  [...WRITTEN.slice(0, WAITS), { type: "weather", at: 6 }, ...WRITTEN.slice(WAITS, ENDS)].map(
    (event, place) => ({ ...event, seq: place + 1 }),
  ),
);

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
