import assert from "node:assert/strict";
import { test } from "node:test";

import { textsFrom } from "../app/page.js";
import { LATER, MODULES, read } from "./world.js";

const CATALOGUE = read("../chatbot/content/texts/en/widget.po");
const ENTRIES = [
  ...CATALOGUE.matchAll(/^msgid "(widget\.[^"]+)"\n(?:msgid_plural.*\n)?msgstr(?:\[0\])? "(.*)"$/gm),
];
const KEYS = ENTRIES.map(([, key]) => key.replace("widget.", ""));
const LATER_KEYS = [...read("../chatbot/content/texts/en/later.po").matchAll(/^msgid "later\.([^"]+)"$/gm)];

/** Keys as they stand in the code; one that ends in a value stands for all that start like it. */
function used() {
  const code = MODULES.map((name) => read(`app/${name}`)).join("\n");
  const calls = [...code.matchAll(/#t\(([^;]*?)\)/gs)].map(([, argument]) => argument).join(" ");
  const inCode = [...calls.matchAll(/["`]([a-z][a-z_.]*)/g)].map(([, key]) => key);
  const page = read("frame.html");
  const inPage = [...page.matchAll(/\b(?:t|ring)\("([^"]+)"\)/g)].map(([, key]) => key);
  return new Set([...inCode, ...inPage]);
}

/** Every text in quotes or backquotes of the parts that come later. */
function quoted() {
  const code = LATER.map((name) => read(`later/${name}`)).join("\n");
  return new Set([...code.matchAll(/["`]([a-z_]+(?:\.[a-z_]+)*)["`]/g)].map(([, key]) => key));
}

test("the catalogue has each sentence that the widget asks for", () => {
  const missing = [...used()].filter((key) =>
    key.endsWith(".") ? !KEYS.some((known) => known.startsWith(key)) : !KEYS.includes(key),
  );
  assert.deepEqual(missing, []);
});

test("the widget asks for each sentence of the catalogue", () => {
  const wanted = [...used()];
  const unused = KEYS.filter(
    (key) => !wanted.some((want) => want === key || (want.endsWith(".") && key.startsWith(want))),
  );
  assert.deepEqual(unused, []);
});

test("no script asks for a sentence of the welcome, which is in the page alone", () => {
  const code = MODULES.map((name) => read(`app/${name}`)).join("\n");
  assert.doesNotMatch(code, /#t\([^;)]*["`]welcome/);
});

test("the later sentences are those that the later parts ask for", () => {
  const keys = LATER_KEYS.map(([, key]) => key);
  assert.deepEqual(keys.filter((key) => !quoted().has(key)), []);
  const asked = [...quoted()].filter((key) => /^(rate|wait|stay|sure|menu|copy)\./.test(key));
  assert.deepEqual(asked.filter((key) => !keys.includes(key)), []);
});

test("the names that the wire contract fixes are the catalogue's", () => {
  const texts = Object.fromEntries(ENTRIES.map(([, key, sentence]) => [key, sentence]));
  const fixed = ["title", "conversation", "message", "send", "person", "hide", "close"];
  assert.deepEqual(
    fixed.map((key) => texts[`widget.${key}`]),
    [
      "Chat with Project CARA",
      "Conversation",
      "Your message",
      "Send",
      "Talk to a person",
      "Hide this page",
      "Close chat",
    ],
  );
});

test("values are filled in, and a missing one stays visible", () => {
  const t = textsFrom({ "widget.a": "{name} of {place}" });
  assert.equal(t("a", { name: "Amina" }), "Amina of {place}");
});

test("what counts has the form of its language for each number, or else the usual one", () => {
  const t = textsFrom({ "widget.a.one": "znak", "widget.a.few": "znaki", "widget.a.other": "znaków" });
  const said = (language) => {
    globalThis.document = { documentElement: { lang: language } };
    return [1, 2, 5, 22].map((count) => t("a", {}, count)).join(" ");
  };
  assert.equal(said("pl"), "znak znaki znaków znaki");
  assert.equal(said("en-GB"), "znak znaków znaków znaków");
});

test("a missing sentence is an error, not an empty label", () => {
  globalThis.document = { documentElement: { lang: "en-GB" } };
  assert.throws(() => textsFrom(null)("send"), RangeError);
});
