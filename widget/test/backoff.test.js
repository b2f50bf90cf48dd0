import assert from "node:assert/strict";
import { test } from "node:test";

import { backoff, CLOSE, delayAfter } from "../app/api.js";

const most = () => 1;

test("the wait doubles from half a second up to thirty", () => {
  const waits = [0, 1, 2, 3, 6, 60].map((attempt) => backoff(attempt, most));
  assert.deepEqual(waits, [500, 1_000, 2_000, 4_000, 30_000, 30_000]);
});

test("the jitter is full: visitors come back spread over the whole wait", () => {
  assert.equal(backoff(4, () => 0), 0);
  assert.equal(backoff(4, () => 0.5), 4_000);
});

test("after a restart visitors come back spread over five seconds", () => {
  assert.equal(delayAfter(CLOSE.restart, 0, most), 5_000);
  assert.equal(delayAfter(CLOSE.restart, 2, most), 2_000);
});

test("a slow reader resumes at once, but not for ever at once", () => {
  assert.equal(delayAfter(CLOSE.slowReader, 0, most), 0);
  assert.equal(delayAfter(CLOSE.slowReader, 1, most), 1_000);
});

test("an ended session and a forbidden site do not come back", () => {
  assert.equal(delayAfter(CLOSE.over, 0, most), null);
  assert.equal(delayAfter(CLOSE.forbidden, 0, most), null);
});

test("who was told to slow down waits at least five seconds", () => {
  assert.equal(delayAfter(CLOSE.slowDown, 0, () => 0), 5_000);
});
