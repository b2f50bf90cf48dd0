import assert from "node:assert/strict";
import { test } from "node:test";

import { connected, pass, SESSION, stopTime, Visitor } from "./visitor.js";
import { settle } from "./world.js";

stopTime();

const rating = (helpful) => ({ method: "POST", path: "rating", body: { helpful, answer_seq: 3 } });
const ALONE = { method: "DELETE", path: "person", body: null };

async function wish(visitor, name, what) {
  visitor.transport.wish(name, what);
  await settle();
}

test("a rating goes out once, and may outlive the page", async () => {
  const visitor = await connected();
  await wish(visitor, "rating 3", rating(true));
  await pass(60_000);
  const [call, ...more] = visitor.posts("rating");
  assert.deepEqual([call.body, call.keepalive, more], [{ helpful: true, answer_seq: 3 }, true, []]);
});

test("a rating that was lost goes out again, and only the newest of an answer", async () => {
  const visitor = await connected();
  visitor.answers["POST rating"] = ["offline", "offline"];
  await wish(visitor, "rating 3", rating(true));
  await wish(visitor, "rating 3", rating(false));
  await pass(60_000);
  await pass(60_000);
  const said = visitor.posts("rating").map((call) => call.body.helpful);
  assert.deepEqual(said, [true, false, false]);
});

test("what changed while it was on its way is sent too", async () => {
  const visitor = await connected();
  visitor.transport.wish("rating 3", rating(true));
  await wish(visitor, "rating 3", rating(false));
  await pass(60_000);
  assert.deepEqual(visitor.posts("rating").map((call) => call.body.helpful), [true, false]);
});

test("a rating that the service refuses is not sent again", async () => {
  const visitor = await connected();
  visitor.answers["POST rating"] = { status: 422 };
  await wish(visitor, "rating 3", rating(true));
  await pass(600_000);
  assert.equal(visitor.posts("rating").length, 1);
});

test("whoever asks for a person and at once thinks better of it takes it back", async () => {
  const visitor = await connected();
  visitor.answers["POST person"] = ["offline"];
  visitor.transport.askForPerson();
  await settle();
  await wish(visitor, "person", ALONE);
  await pass(60_000);
  const calls = visitor.calls.filter((call) => call.path.endsWith("person"));
  assert.deepEqual(calls.map((call) => call.method), ["POST", "DELETE"]);
});

test("a chat that has ended can still be rated, also after a lost line, and is read no more", async () => {
  const visitor = await connected();
  visitor.answers["POST rating"] = ["offline"];
  visitor.transport.end(false);
  await wish(visitor, "rating null", rating(true));
  assert.equal(visitor.up.at(-1), false);
  await pass(60_000);
  assert.equal(visitor.posts("rating").length, 2);
  assert.equal(visitor.up.at(-1), true);
  visitor.transport.wake();
  await pass(60_000);
  assert.deepEqual([visitor.wire.closed, visitor.wires.length], [true, 1]);
});

test("a wish about no conversation makes none", async () => {
  const visitor = new Visitor();
  await wish(visitor, "rating 3", rating(true));
  visitor.transport.resume(SESSION);
  visitor.transport.end(true);
  await wish(visitor, "stay", { method: "POST", path: "stay", body: {} });
  assert.deepEqual(visitor.posts("conversations"), []);
  assert.deepEqual(visitor.posts("stay"), []);
});
