import assert from "node:assert/strict";
import { test } from "node:test";

import { EMPTY } from "../app/conversation.js";
import { connected, own, pass, SESSION, STATE, stopTime, Visitor } from "./visitor.js";
import { settle } from "./world.js";

stopTime();

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
