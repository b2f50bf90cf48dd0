import assert from "node:assert/strict";
import { test } from "node:test";

import { apply, EMPTY, isBlocked, owesAnswer } from "../app/conversation.js";
import { parseFrames } from "../app/protocol.js";
import { LOG, SIGNALS, WRITTEN } from "./world.js";

const EVENTS = parseFrames(LOG);
const said = (key, text = key) => ({ type: "said", key, at: 1, text, slug: null });
const all = (view, events) => events.reduce((now, event) => apply(now, event), view);

test("who is blocked begins no other chat until then, and a closing that is taken back is none", () => {
  const frames = (until) => parseFrames([{ type: "closed", seq: 1, at: 1, by: "staff", until }]);
  const after = (until) => frames(until).reduce((view, frame) => apply(view, frame), EMPTY);
  assert.equal(isBlocked(after(Date.now() + 60_000)), true);
  assert.equal(isBlocked(after(Date.now() - 1)), false);
  assert.equal(isBlocked(after(undefined)), false);
  const [again] = parseFrames([{ type: "state", seq: 2, at: 2, state: "staff", name: "Amina" }]);
  assert.equal(apply(after(undefined), again).state, "staff");
});

test("a replay in any two parts, overlapping or not, gives the same view", () => {
  const whole = all(EMPTY, EVENTS);
  for (let cut = 0; cut <= EVENTS.length; cut += 1) {
    for (let overlap = 0; overlap <= cut; overlap += 1) {
      const view = all(all(EMPTY, EVENTS.slice(0, cut)), EVENTS.slice(cut - overlap));
      assert.deepEqual(view, whole);
    }
  }
});

test("what the service writes is understood, and shown as it was written", () => {
  const frames = [...WRITTEN, ...Object.values(SIGNALS)];
  const types = frames.map(({ type }) => (type === "callback" ? "other" : type)); // the form itself tells of it
  assert.deepEqual(parseFrames(frames).map(({ type }) => type), types);
  const shown = all(EMPTY, EVENTS).items.filter(({ note }) => note === null);
  const messages = LOG.filter(({ type }) => type === "message");
  assert.deepEqual(shown.map(({ text }) => text), messages.map(({ text }) => text));
  for (const signal of parseFrames(Object.values(SIGNALS))) apply(EMPTY, signal);
});

test("an event that was seen already changes nothing, not even the object", () => {
  const view = all(EMPTY, EVENTS);
  for (const event of EVENTS) assert.equal(apply(view, event), view);
});

test("a missing event is a gap, and the view before it stays as it is", () => {
  const view = all(EMPTY, EVENTS.slice(0, 2));
  for (const event of EVENTS.slice(3)) assert.equal(apply(view, event), "gap");
});

test("an event of an unknown kind moves the cursor only", () => {
  const view = apply(EMPTY, { type: "other", seq: 1 });
  assert.deepEqual(view, { ...EMPTY, cursor: 1 });
});

test("a message is on its way until the service says that it is stored", () => {
  const sending = apply(EMPTY, said("c-1"));
  assert.equal(sending.pending[0].delivery, "sending");
  assert.equal(apply(sending, { type: "ack", clientId: "c-1" }).pending[0].delivery, "sent");
});

test("its own event takes the place of a pending message, ack or no ack", () => {
  for (const between of [[], [{ type: "ack", clientId: "c-1" }]]) {
    const view = all(EMPTY, [said("c-1"), ...between, ...EVENTS.slice(0, 2)]);
    assert.deepEqual(view.pending, []);
    assert.equal(view.items.at(-1).key, "c-1");
  }
});

test("an ack after the event changes nothing", () => {
  const view = all(EMPTY, [said("c-1"), ...EVENTS.slice(0, 2)]);
  assert.equal(apply(view, { type: "ack", clientId: "c-1" }), view);
});

test("the same client id is never there twice", () => {
  const once = apply(EMPTY, said("c-1"));
  assert.equal(apply(once, said("c-1")), once);
  const stored = all(EMPTY, EVENTS.slice(0, 2));
  assert.equal(apply(stored, said("c-1")), stored);
});

test("a refused message can be sent again, a postponed one just waits", () => {
  const sending = apply(EMPTY, said("k"));
  assert.equal(apply(sending, { type: "nack", clientId: "k", retryMs: 100 }), sending);
  const failed = apply(sending, { type: "nack", clientId: "k", retryMs: null });
  assert.equal(failed.pending[0].delivery, "failed");
  assert.equal(apply(failed, { type: "again", key: "k" }).pending[0].delivery, "sending");
});

test("who is there is told once, when it changes", () => {
  const notes = all(EMPTY, EVENTS).items.flatMap(({ note, name }) => (note ? [[note, name]] : []));
  assert.deepEqual(notes, [
    ["waiting", null],
    ["staff", "Amina"],
    ["assistant", null],
    ["left", null],
    ["assistant", null],
    ["closed", null],
  ]);
});

test("another name is another person", () => {
  const staff = (seq, name) => ({ type: "state", seq, at: seq, state: "staff", name });
  const view = all(EMPTY, [staff(1, "Amina"), staff(2, "Ben")]);
  assert.equal(view.staff, "Ben");
  assert.deepEqual(view.items.map((item) => item.name), ["Amina", "Ben"]);
});

test("a closed chat owes nothing and sends nothing more", () => {
  const view = all(EMPTY, [said("late"), ...EVENTS]);
  assert.equal(view.state, "closed");
  assert.equal(view.pending[0].delivery, "failed");
  assert.equal(owesAnswer(view), false);
});

test("an erased chat keeps no words", () => {
  const view = apply(all(EMPTY, EVENTS.slice(0, 5)), { type: "erased", seq: 6, at: 6 });
  assert.deepEqual(view.items.map(({ note, text }) => [note, text]), [["erased", ""]]);
});

test("an answer is on its way from what is stored until the assistant speaks", () => {
  const asked = apply(EMPTY, said("c-1"));
  assert.equal(owesAnswer(asked), false);
  assert.equal(owesAnswer(apply(asked, { type: "ack", clientId: "c-1" })), true);
  assert.equal(owesAnswer(all(asked, EVENTS.slice(0, 2))), true);
  assert.equal(owesAnswer(all(asked, EVENTS.slice(0, 3))), false);
});

test("nobody waits for the assistant while a person has the chat", () => {
  const view = all(EMPTY, [...EVENTS.slice(0, 8), said("k")]);
  assert.equal(owesAnswer(apply(view, { type: "ack", clientId: "k" })), false);
});

test("a new epoch is read from the beginning, and what is unsent stays", () => {
  const view = apply(all(EMPTY, [...EVENTS.slice(0, 5), said("k")]), { type: "reset" });
  assert.equal(view.cursor, 0);
  assert.deepEqual(view.items, []);
  assert.equal(view.pending.length, 1);
});

test("the place in the queue shows only while one waits", () => {
  const queue = { type: "queue", position: 2, open: true, opensAt: null, waitMs: null };
  assert.equal(apply(EMPTY, queue), EMPTY);
  const waiting = all(EMPTY, [...EVENTS.slice(0, 6), queue]);
  assert.equal(waiting.queue.position, 2);
  assert.equal(all(waiting, EVENTS.slice(6, 8)).queue, null);
});

test("a message that is left for the team is no place in the queue", () => {
  const frames = parseFrames([
    { type: "state", seq: 1, at: 1, state: "assistant" },
    { type: "message", seq: 2, at: 2, author: "system", text: "nobody", offers: ["leave_message", 3] },
    { type: "state", seq: 3, at: 3, state: "waiting", message_left: true },
  ]);
  const view = all(EMPTY, frames);
  assert.deepEqual(view.items.map(({ note, offers }) => note ?? offers), [["leave_message"], "left"]);
  assert.equal(view.left, true);
  const queued = apply(view, { type: "state", seq: 4, at: 4, state: "waiting", name: null, left: false });
  assert.equal(queued.left, false);
  assert.equal(queued.items.at(-1).note, "waiting");
});

test("the newest rating of an answer is remembered, and a warning that was answered", () => {
  const view = all(EMPTY, [...EVENTS, { type: "rated", seq: 3, helpful: true }, { type: "stayed", seq: 10 }]);
  assert.deepEqual([view.rated, view.stayed], [{ 3: true }, 10]);
  assert.deepEqual(apply(view, { type: "rated", seq: 3, helpful: false }).rated, { 3: false });
  assert.deepEqual(apply(view, { type: "reset" }).rated, {});
});

test("a chat that its visitor ended shows nothing of what was said", () => {
  const view = apply(all(EMPTY, [...EVENTS.slice(0, 9), said("k")]), { type: "parted" });
  assert.deepEqual([view.state, view.parted, view.items, view.pending], ["closed", true, [], []]);
});
