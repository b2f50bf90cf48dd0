/** A visitor's side of the wire, for the tests of the transport: nothing real is called. */

import { afterEach, beforeEach } from "node:test";

import { apply, EMPTY } from "../app/conversation.js";
import { Transport } from "../app/transport.js";
import { FakeClock, FakeWire, settle } from "./world.js";

export const STATE = { type: "state", seq: 1, at: 1, state: "assistant" };
export const CREATED = { id: "i", token: "t", epoch: "e", events: [STATE] };
export const SESSION = { id: "i", token: "t", epoch: "e" };
export const own = (key, seq) => ({ type: "message", seq, at: seq, author: "visitor", text: key, client_id: key });

/** A visitor's side: a view, the transport, every call it made and every socket it opened. */
export class Visitor {
  view = EMPTY;
  calls = [];
  wires = [];
  up = [];
  overs = 0;
  sessions = [];
  answers = {};

  transport = new Transport(
    {
      notice: "7",
      language: "pl",
      random: () => 1,
      fetch: (path, init) => this.#fetch(path, init),
      openWire: () => {
        this.wires.push(new FakeWire());
        return this.wires.at(-1);
      },
    },
    {
      cursor: () => this.view.cursor,
      outbox: () => this.view.pending.filter((entry) => entry.delivery === "sending"),
      receive: (frames) => frames.every((frame) => this.#apply(frame)),
      reset: () => this.#apply({ type: "reset" }),
      over: () => (this.overs += 1),
      started: (session) => this.sessions.push(session),
      connection: (up) => this.up.push(up),
    },
  );

  get wire() {
    return this.wires.at(-1);
  }

  async says(key, slug = null) {
    this.#apply({ type: "said", key, at: 0, text: key, slug });
    void this.transport.flush();
    await settle();
  }

  /** Opens the newest socket and lets the service replay. */
  async goesLive(events = [], seq = this.view.cursor + events.length, epoch = "e") {
    this.wire.open();
    this.wire.say(...events, { type: "live", seq, epoch });
    await settle();
  }

  posts(path) {
    return this.calls.filter((call) => call.method === "POST" && call.path.endsWith(path));
  }

  deliveries() {
    return Object.fromEntries(this.view.pending.map(({ key, delivery }) => [key, delivery]));
  }

  #apply(event) {
    const next = apply(this.view, event);
    if (next === "gap") return false;
    this.view = next;
    return true;
  }

  async #fetch(path, { method, body, headers, keepalive, signal }) {
    const call = { method, path, body: body && JSON.parse(body), headers, keepalive };
    this.calls.push(call);
    const end = path.split("/").at(-1).split("?")[0];
    const given = this.answers[`${method} ${end}`];
    const usual = { status: 201, body: end === "conversations" ? CREATED : { seq: 2 } };
    const answer = (Array.isArray(given) ? given.shift() : given) ?? usual;
    if (answer === "never") {
      await new Promise((_, fail) => signal.addEventListener("abort", fail));
    }
    if (answer === "offline") throw new TypeError("Failed to fetch");
    const { status, headers: extra } = answer;
    return new Response(JSON.stringify(answer.body ?? {}), { status, headers: extra });
  }
}

const clock = new FakeClock();
/** Has every test of a file run on a clock of its own. */
export function stopTime() {
  beforeEach(() => clock.start());
  afterEach(() => clock.stop());
}

export async function pass(ms) {
  clock.pass(ms);
  await settle();
}

/** @returns {Promise<Visitor>} with a conversation, a live socket and nothing on its way */
export async function connected() {
  const visitor = new Visitor();
  visitor.transport.resume(SESSION);
  await visitor.goesLive([STATE]);
  return visitor;
}
