import assert from "node:assert/strict";
import { test } from "node:test";
import vm from "node:vm";

import { NEEDED, Shifts } from "../app/host.js";
import { read } from "./world.js";

const SHIFT = ["Shift", false];

/** What leaves the page, by the rules of GOV.UK; each key is [key, shiftKey, milliseconds]. */
const CASES = [
  ["three times", [SHIFT, SHIFT, SHIFT], true],
  ["only twice", [SHIFT, SHIFT], false],
  ["as part of capitals", [["A", true], SHIFT, ["B", true], SHIFT, ["C", true], SHIFT], false],
  ["three times of which one ends a capital", [["A", true], SHIFT, SHIFT, SHIFT], false],
  ["with another key between", [SHIFT, SHIFT, ["a", false], SHIFT], false],
  ["after another key, three times again", [SHIFT, ["a", false], SHIFT, SHIFT, SHIFT], true],
  ["with a pause of more than 5 s", [SHIFT, SHIFT, ["Shift", false, 5_001]], false],
  ["with pauses of just under 5 s", [SHIFT, ["Shift", false, 4_999], ["Shift", false, 4_999]], true],
];

/** @returns {boolean} */
function leavesFrame(keys) {
  const shifts = new Shifts();
  let timeStamp = 10_000;
  return keys.some(([key, shiftKey, pause = 100]) => {
    timeStamp += pause;
    return shifts.count({ key, shiftKey, timeStamp }) >= NEEDED;
  });
}

/** @returns {boolean} whether the launcher's own counter, which can import nothing, leaves too */
function leavesHost(keys) {
  const source = /let \[presses[\s\S]*?\}, true\);/.exec(read("embed.js"))[0];
  let left = false;
  let hear;
  const world = { addEventListener: (_, listener) => (hear = listener), hide: () => (left = true) };
  vm.runInNewContext(source, world);
  let timeStamp = 10_000;
  for (const [key, shiftKey, pause = 100] of keys) hear({ key, shiftKey, timeStamp: (timeStamp += pause) });
  return left;
}

for (const [name, keys, leaves] of CASES) {
  test(`Shift ${name} ${leaves ? "leaves" : "does not leave"}, in the frame and in the page`, () => {
    assert.equal(leavesFrame(keys), leaves);
    assert.equal(leavesHost(keys), leaves);
  });
}
