import assert from "node:assert/strict";
import { test } from "node:test";

import { apply, EMPTY } from "../app/conversation.js";
import { parseFrames, parsePage } from "../app/protocol.js";

globalThis.document = { documentElement: { lang: "en-GB" } };
const { transcript } = await import("../later/copying.js");
const { asksAtTheEnd, canBeRated } = await import("../later/rating.js");
const { openWarning, truth } = await import("../later/waiting.js");

const all = (view, events) => events.reduce((now, event) => apply(now, event), view);
const message = (seq, author, more = {}) => ({ type: "message", seq, at: seq, author, text: `${seq}`, ...more });
const view = (...frames) => all(EMPTY, parseFrames(frames));
const CLOSES = { closes_at: 99 };
const t = (key, values = {}) => [key, ...Object.values(values)].join(" ");

test("an answer to a question can be rated, and nothing else", () => {
  const outcomes = ["answered", "clarify", "unanswered", "signposted", "smalltalk"];
  const { items } = view(...outcomes.map((outcome, at) => message(at + 1, "assistant", { outcome })));
  assert.deepEqual(items.filter(canBeRated).map(({ outcome }) => outcome), ["answered"]);
  assert.equal(view(message(1, "staff"), message(2, "visitor")).items.some(canBeRated), false);
});

test("the chat is rated once it has ended, if its visitor said something", () => {
  const closed = (seq) => ({ type: "closed", seq, at: seq, by: "staff" });
  const talk = view(message(1, "visitor"), message(2, "staff"));
  assert.equal(asksAtTheEnd(talk), false);
  assert.equal(asksAtTheEnd(all(talk, parseFrames([closed(3)]))), true);
  assert.equal(asksAtTheEnd(view(closed(1))), false);
  assert.equal(asksAtTheEnd(apply(talk, { type: "parted" })), true);
});

test("nothing can be rated that the service has forgotten", () => {
  const talk = view(message(1, "visitor"));
  assert.equal(asksAtTheEnd(apply(talk, { type: "over" })), false);
  assert.equal(asksAtTheEnd(all(talk, parseFrames([{ type: "erased", seq: 2, at: 2 }]))), false);
});

test("a warning waits for an answer until its visitor is there", () => {
  const warned = view(message(1, "visitor"), message(2, "system", CLOSES));
  assert.equal(openWarning(warned).seq, 2);
  assert.equal(openWarning(view(message(1, "system"))), undefined);
  assert.equal(openWarning(apply(warned, { type: "stayed", seq: 2 })), undefined);
  assert.equal(openWarning(all(warned, parseFrames([message(3, "visitor")]))), undefined);
  assert.equal(openWarning(all(warned, parseFrames([{ type: "closed", seq: 3, at: 3 }]))), undefined);
});

test("a second warning waits too, after the first was answered", () => {
  const first = apply(view(message(1, "system", CLOSES)), { type: "stayed", seq: 1 });
  assert.equal(openWarning(all(first, parseFrames([message(2, "system", CLOSES)]))).seq, 2);
});

const place = (more) => ({ position: 2, open: true, opensAt: null, waitMs: null, ...more });

test("a wait is told only where it was measured", () => {
  assert.deepEqual(truth(place({}), "1", t, "en-GB"), ["wait.place 2", "wait.unknown"]);
  const told = truth(place({ position: 1, waitMs: 300_000 }), "1", t, "en-GB");
  assert.deepEqual(told, ["wait.next 1", "wait.usual 5 minutes"]);
  assert.deepEqual(truth(place({ waitMs: 1 }), "1", t, "en-GB")[1], "wait.usual 1 minute");
});

test("while nobody is there, that is said, and what else can be done", () => {
  assert.deepEqual(truth(place({ open: false, waitMs: 9 }), "023", t, "en-GB"), ["wait.nobody", "wait.ring 023"]);
  const told = truth(place({ open: false, opensAt: Date.UTC(2030, 0, 7, 9) }), "023", t, "en-GB");
  assert.match(told[1], /^wait\.opens Monday 7 January.* 9:00/);
});

test("a long poll tells the place beside the events", () => {
  const page = parsePage({ events: [], head: 2, queue: { position: 3, chat: "closed", opens_at: 7 } });
  assert.deepEqual(page.events, [{ type: "queue", position: 3, open: false, opensAt: 7, waitMs: null }]);
  assert.deepEqual(parsePage({ events: [], head: 2 }).events, []);
});

test("a copy is plain text with the day, the times and who said it", () => {
  const at = new Date(2030, 0, 7, 9, 5).getTime();
  const { items } = view(
    { ...message(1, "visitor", { text: "Am I late?\nSorry" }), at },
    { type: "state", seq: 2, at: at + 60_000, state: "waiting" },
    { ...message(3, "staff", { text: "No" }), at: at + 86_400_000 },
  );
  const words = { title: "Chat", who: (item) => item.author, note: (item) => item.note };
  assert.equal(
    transcript({ items }, words),
    "Chat\n\nMonday 7 January\n\n9:05 am, visitor:\nAm I late?\nSorry\n\n9:06 am, (waiting)\n\n" +
      "Tuesday 8 January\n\n9:05 am, staff:\nNo\n",
  );
});
