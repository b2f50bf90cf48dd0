import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { apply, EMPTY } from "../app/conversation.js";
import { Transport } from "../app/transport.js";
import { FakeClock, FakeWire, settle } from "./world.js";

const STATE = { type: "state", seq: 1, at: 1, state: "assistant" };
const CREATED = { id: "i", token: "t", epoch: "e", events: [STATE] };
const SESSION = { id: "i", token: "t", epoch: "e" };
const own = (key, seq) => ({ type: "message", seq, at: seq, author: "visitor", text: key, client_id: key });

/** A visitor's side: a view, the transport, every call it made and every socket it opened. */
class Visitor {
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
beforeEach(() => clock.start());
afterEach(() => clock.stop());

async function pass(ms) {
  clock.pass(ms);
  await settle();
}

/** @returns {Promise<Visitor>} with a conversation, a live socket and nothing on its way */
async function connected() {
  const visitor = new Visitor();
  visitor.transport.resume(SESSION);
  await visitor.goesLive([STATE]);
  return visitor;
}

test("nothing is connected or called before the first send", async () => {
  const visitor = new Visitor();
  void visitor.transport.flush();
  visitor.transport.wake();
  await settle();
  assert.deepEqual([visitor.calls, visitor.wires], [[], []]);
});

test("the first send makes one conversation, says what was shown, and is stored", async () => {
  const visitor = new Visitor();
  await Promise.all([visitor.says("a"), visitor.says("b")]);
  assert.deepEqual(visitor.posts("conversations").map((call) => call.body), [{ notice: "7", language: "pl" }]);
  assert.deepEqual(visitor.posts("messages").map((call) => call.body.client_id), ["a", "b"]);
  assert.deepEqual(visitor.deliveries(), { a: "sent", b: "sent" });
  assert.deepEqual(visitor.sessions, [SESSION]);
});

test("the token is in a header and never in an address", async () => {
  const visitor = new Visitor();
  await visitor.says("a");
  const [message] = visitor.posts("messages");
  assert.equal(message.headers["Authorization"], "Bearer t");
  assert.equal(visitor.calls.some((call) => call.path.includes("t=") || call.path.endsWith("/t")), false);
});

test("a live socket carries messages, with the cursor in its hello", async () => {
  const visitor = await connected();
  await visitor.says("a");
  assert.deepEqual(visitor.wire.sent, [
    { type: "hello", token: "t", after: 0 },
    { type: "say", client_id: "a", text: "a" },
  ]);
  visitor.wire.say({ type: "ack", client_id: "a", seq: 2 });
  assert.deepEqual(visitor.deliveries(), { a: "sent" });
});

test("what a lost line left in doubt goes out again under the same client id", async () => {
  const visitor = await connected();
  await visitor.says("a");
  visitor.wire.drop();
  await pass(500);
  await visitor.goesLive();
  assert.deepEqual(visitor.wire.sent, [
    { type: "hello", token: "t", after: 1 },
    { type: "say", client_id: "a", text: "a" },
  ]);
});

test("what the service had stored before the line was lost is not sent again", async () => {
  const visitor = await connected();
  await visitor.says("a");
  visitor.wire.drop();
  await pass(500);
  await visitor.goesLive([own("a", 2)]);
  assert.equal(visitor.wire.sent.length, 1);
  assert.deepEqual(visitor.view.items.map((item) => item.key), ["a"]);
});

test("without an ack in ten seconds the log is read again, and the message sent again", async () => {
  const visitor = await connected();
  await visitor.says("a");
  await pass(10_000);
  assert.equal(visitor.wire.closed, true);
  await pass(500);
  await visitor.goesLive();
  assert.equal(visitor.wire.sent.at(-1).client_id, "a");
});

test("an ack in time keeps the line", async () => {
  const visitor = await connected();
  await visitor.says("a");
  visitor.wire.say({ type: "ack", client_id: "a", seq: 2 }, own("a", 2));
  await pass(20_000);
  assert.equal(visitor.wires.length, 1);
});

test("a nack that asks for patience is obeyed", async () => {
  const visitor = await connected();
  await visitor.says("a");
  visitor.wire.say({ type: "nack", client_id: "a", code: "too_many", retry_ms: 1_500 });
  await pass(1_400);
  assert.equal(visitor.wire.sent.length, 2);
  await pass(200);
  assert.equal(visitor.wire.sent.at(-1).client_id, "a");
});

test("at most eight messages wait for their ack", async () => {
  const visitor = await connected();
  for (let i = 0; i < 10; i += 1) await visitor.says(`m${i}`);
  assert.equal(visitor.wire.sent.length, 1 + 8);
  visitor.wire.say({ type: "ack", client_id: "m0", seq: 2 });
  await pass(1);
  assert.equal(visitor.wire.sent.at(-1).client_id, "m8");
});

test("a gap is read from the cursor, not guessed", async () => {
  const visitor = await connected();
  visitor.wire.say(own("b", 5));
  assert.equal(visitor.view.cursor, 1);
  await pass(500);
  visitor.wire.open();
  assert.deepEqual(visitor.wire.sent, [{ type: "hello", token: "t", after: 1 }]);
});

test("another epoch is read from the beginning", async () => {
  const visitor = await connected();
  visitor.wire.drop();
  await pass(500);
  await visitor.goesLive([], 1, "f");
  assert.equal(visitor.view.cursor, 0);
  await pass(1_000);
  await visitor.goesLive([STATE], 1, "f");
  assert.equal(visitor.wire.sent[0].after, 0);
  assert.equal(visitor.sessions.at(-1).epoch, "f");
});

test("a silent line is asked, and given up after 45 s", async () => {
  const visitor = await connected();
  await pass(25_000);
  assert.deepEqual(visitor.wire.sent.at(-1), { type: "ping" });
  await pass(20_000);
  assert.equal(visitor.wire.closed, true);
  assert.equal(visitor.up.at(-1), false);
});

test("a pong keeps the line", async () => {
  const visitor = await connected();
  for (let i = 0; i < 5; i += 1) {
    await pass(25_000);
    visitor.wire.say({ type: "pong" });
  }
  assert.equal(visitor.wires.length, 1);
});

test("a line that looks open is doubted when the screen or the network is back", async () => {
  const visitor = await connected();
  visitor.transport.wake();
  assert.deepEqual(visitor.wire.sent.at(-1), { type: "ping" });
  await pass(3_000);
  assert.equal(visitor.wire.closed, true);
});

test("the network is back: no back-off is waited for", async () => {
  const visitor = await connected();
  visitor.wire.drop();
  visitor.transport.wake();
  assert.equal(visitor.wires.length, 2);
});

test("a request that passes shows that there is a network: the line waits no longer", async () => {
  const visitor = await connected();
  visitor.wire.drop();
  await visitor.says("a");
  assert.equal(visitor.posts("messages").length, 1);
  assert.equal(visitor.wires.length, 2);
});

test("where sockets are stopped, long poll receives and POST sends", async () => {
  const visitor = new Visitor();
  const page = { events: [own("a", 2)], head: 2, epoch: "e" };
  visitor.answers["GET events"] = [{ status: 200, body: page }, "never"];
  await visitor.says("a");
  visitor.wire.drop();
  await pass(500);
  await visitor.says("b");
  assert.deepEqual(visitor.posts("messages").map((call) => call.body.client_id), ["a", "b"]);
  assert.match(visitor.calls.find((call) => call.method === "GET").path, /events\?after=1&wait=0$/);
  assert.equal(visitor.up.includes(false), false);
});

test("the session is over: said once, and nothing is tried again", async () => {
  for (const code of [4401]) {
    const visitor = await connected();
    visitor.wire.drop(code);
    await pass(60_000);
    assert.deepEqual([visitor.overs, visitor.wires.length], [1, 1]);
  }
});

test("a refused token of a POST is the end of the session too", async () => {
  const visitor = new Visitor();
  visitor.answers["POST messages"] = { status: 401 };
  await visitor.says("a");
  assert.equal(visitor.overs, 1);
});

test("offline, a message waits; back online it is sent once", async () => {
  const visitor = new Visitor();
  visitor.answers["POST conversations"] = "offline";
  await visitor.says("a");
  await pass(500);
  assert.deepEqual(visitor.deliveries(), { a: "sending" });
  assert.equal(visitor.up.at(-1), false);
  delete visitor.answers["POST conversations"];
  visitor.transport.wake();
  await settle();
  assert.deepEqual(visitor.deliveries(), { a: "sent" });
  assert.equal(visitor.posts("messages").length, 1);
});

test("Retry-After is waited for", async () => {
  const visitor = new Visitor();
  visitor.answers["POST conversations"] = { status: 429, headers: { "Retry-After": "7" } };
  await visitor.says("a");
  await pass(6_900);
  assert.equal(visitor.posts("conversations").length, 1);
  await pass(200);
  assert.equal(visitor.posts("conversations").length, 2);
});

test("a message that can never be stored is marked, and the next one goes", async () => {
  const visitor = await connected();
  visitor.wire.drop();
  visitor.answers["POST messages"] = { status: 422 };
  await visitor.says("a");
  delete visitor.answers["POST messages"];
  await visitor.says("b");
  assert.deepEqual(visitor.deliveries(), { a: "failed", b: "sent" });
});

test("an answer that is not the service's does not count as stored", async () => {
  const visitor = new Visitor();
  visitor.answers["POST messages"] = { status: 200, body: "<html>Log in to the hotel" };
  await visitor.says("a");
  assert.deepEqual(visitor.deliveries(), { a: "sending" });
});

test("an offered question is picked by its slug, and asked in words when it is gone", async () => {
  const visitor = await connected();
  await visitor.says("a", "late");
  assert.deepEqual(visitor.posts("choice")[0].body, { client_id: "a", slug: "late" });
  visitor.answers["POST choice"] = { status: 422 };
  await visitor.says("b", "gone");
  assert.deepEqual(visitor.posts("messages")[0].body, { client_id: "b", text: "b" });
});

test("asking for a person first makes a conversation, and is asked once", async () => {
  const visitor = new Visitor();
  visitor.transport.askForPerson();
  await settle();
  void visitor.transport.flush();
  await settle();
  assert.deepEqual([visitor.posts("conversations").length, visitor.posts("person").length], [1, 1]);
});

test("hiding the page ends everything and outlives the page", async () => {
  const visitor = await connected();
  visitor.transport.end(true);
  const { method, path, keepalive, headers } = visitor.calls.at(-1);
  assert.deepEqual([method, path, keepalive], ["DELETE", "/api/v1/conversations/i", true]);
  assert.equal(headers["Authorization"], "Bearer t");
  await pass(60_000);
  assert.deepEqual([visitor.wire.closed, visitor.wires.length], [true, 1]);
});

test("a conversation that was made for a chat closed meanwhile is forgotten", async () => {
  const visitor = new Visitor();
  const saying = visitor.says("a");
  visitor.transport.stop();
  visitor.view = EMPTY;
  await saying;
  assert.equal(visitor.calls.at(-1).method, "DELETE");
  assert.equal(visitor.wires.length, 0);
});
