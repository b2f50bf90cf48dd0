import assert from "node:assert/strict";
import { test } from "node:test";

import { Host } from "../app/host.js";

const SITE = "https://town.example";

/** The frame's own world: who holds it, and what it heard, said and left for. */
function frame({ framed = true } = {}) {
  const did = { heard: [], said: [], left: [] };
  const place = { location: { replace: (address) => did.left.push(address) } };
  const parent = { postMessage: (...said) => did.said.push(said) };
  let speak;
  Object.assign(globalThis, { window: place, parent: framed ? parent : place, top: place });
  globalThis.document = { title: "Chat", documentElement: { dataset: { neutral: "Weather" } } };
  globalThis.addEventListener = (_, listener) => (speak = listener);
  const host = new Host((kind) => did.heard.push(kind));
  const hear = (data, { origin = SITE, source = globalThis.parent } = {}) => speak({ data, origin, source });
  return { did, host, hear };
}

test("the frame answers the page that holds it, at its origin only", () => {
  const { did, hear } = frame();
  hear({ cara: "open" });
  assert.deepEqual(did.heard, ["open"]);
  assert.deepEqual(did.said, [[{ cara: "ready", title: "Chat", neutral: "Weather" }, SITE]]);
});

for (const [who, from, data] of [
  ["another frame", { source: {} }, { cara: "leave" }],
  ["the page at another origin than it first had", { origin: "https://evil.example" }, { cara: "leave" }],
  ["the page with a word that is not known", {}, { cara: "exit" }],
  ["the page with no word at all", {}, null],
]) {
  test(`the frame does not hear ${who}`, () => {
    const { did, hear } = frame();
    hear({ cara: "open" });
    hear(data, from);
    assert.deepEqual([did.heard, did.said.length], [["open"], 1]);
  });
}

test("a chat in a tab of its own hears nobody", () => {
  const { did, hear } = frame({ framed: false });
  hear({ cara: "leave" });
  assert.deepEqual(did.heard, []);
});

test("it has the page leave that holds it, and leaves by itself where none has spoken", () => {
  const { did, host, hear } = frame();
  host.leave("https://weather.example/");
  assert.deepEqual(did.left, ["https://weather.example/"]);
  hear({ cara: "open" });
  host.leave("https://weather.example/");
  assert.deepEqual([did.left.length, did.said.at(-1)], [1, [{ cara: "exit" }, SITE]]);
});
