import assert from "node:assert/strict";
import { test } from "node:test";

import {
  parseConfig,
  parseCreated,
  parseFrame,
  parseFrames,
  parseKept,
  parsePage,
} from "../app/protocol.js";
import { LOG } from "./world.js";

test("every event of the service keeps its place in the log", () => {
  assert.deepEqual(
    parseFrames(LOG).map((event) => event.seq),
    LOG.map((event) => event.seq),
  );
});

test("a message keeps what the visitor is to see", () => {
  const { html, options, outcome, urgent, clientId } = parseFrame(LOG[2]);
  assert.deepEqual(
    { html, options, outcome, urgent, clientId },
    { html: "<p>Which?</p>", options: LOG[2].options, outcome: "clarify", urgent: null, clientId: null },
  );
});

test("an event of an unknown kind still moves the cursor", () => {
  assert.deepEqual(parseFrame({ type: "weather", seq: 4 }), { type: "other", seq: 4 });
});

test("a damaged message still moves the cursor and shows nothing", () => {
  for (const damage of [{ author: "robot" }, { text: 7 }, { text: undefined }]) {
    assert.deepEqual(parseFrame({ ...LOG[1], ...damage }), { type: "other", seq: 2 });
  }
});

test("a damaged signal never moves the cursor", () => {
  for (const type of ["ack", "nack"]) assert.equal(parseFrame({ type, seq: 9 }), null);
  assert.equal(parseFrame({ type: "live", seq: "9" }), null);
});

test("signals are told apart", () => {
  assert.deepEqual(parseFrame({ type: "ack", client_id: "a", seq: 1 }), { type: "ack", clientId: "a" });
  assert.deepEqual(parseFrame({ type: "nack", client_id: "a", code: "too_many", retry_ms: 90 }), {
    type: "nack",
    clientId: "a",
    retryMs: 90,
  });
  assert.deepEqual(parseFrame({ type: "live", seq: 0, epoch: "e" }), { type: "live", seq: 0, epoch: "e" });
  assert.deepEqual(parseFrame({ type: "queue", position: 2, chat: "open", wait_ms: 60_000 }), {
    type: "queue",
    position: 2,
    open: true,
    opensAt: null,
    waitMs: 60_000,
  });
  assert.deepEqual(parseFrame({ type: "typing", name: "Amina" }), { type: "typing", name: "Amina" });
});

test("what is no frame is skipped, whatever it is", () => {
  const junk = [null, 1, "x", [], {}, { type: 1 }, { type: "message" }, { type: "message", seq: -1.5 }];
  assert.deepEqual(parseFrames(junk), []);
  assert.deepEqual(parseFrames("no JSON"), []);
  assert.deepEqual(parseFrames('{"type":"pong"}'), []);
});

test("a page without events is no page: a login page of a hotel answers 200 too", () => {
  assert.equal(parsePage(null), null);
  assert.equal(parsePage({ head: 3 }), null);
  assert.deepEqual(parsePage({ events: [], epoch: "e" }), { events: [], epoch: "e" });
});

test("a conversation needs an id and a token", () => {
  assert.equal(parseCreated({ id: "i" }), null);
  const created = parseCreated({ id: "i", token: "t", epoch: "e", events: [LOG[0]] });
  assert.deepEqual(created.session, { id: "i", token: "t", epoch: "e" });
  assert.equal(created.events.length, 1);
});

test("what the tab kept is checked like anything else", () => {
  const good = { key: "k", at: 1, text: "hello", slug: null };
  const kept = parseKept({ id: "i", token: "t", language: "pl", draft: "d", unsent: [good, { key: "k" }, 3] });
  const session = { id: "i", token: "t", epoch: null };
  assert.deepEqual(kept, { session, language: "pl", draft: "d", unsent: [good] });
  assert.equal(parseKept({ draft: "d" }), null);
  assert.deepEqual(parseKept({ unsent: [good] }), { session: null, language: "", draft: "", unsent: [good] });
  assert.equal(parseKept(null), null);
});

test("a page without settings still leaves for a neutral site", () => {
  assert.deepEqual(parseConfig(null), {
    exit: "https://www.bbc.co.uk/weather",
    notice: "",
    language: "",
    phone: "",
    later: "",
    topics: [],
  });
});
