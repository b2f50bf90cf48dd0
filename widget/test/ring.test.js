import assert from "node:assert/strict";
import { test } from "node:test";

import { asked, body, missing, numberIn, STEPS } from "../ring/steps.js";
import { read } from "./world.js";

const NEEDED = {
  caller: "cautioned",
  name: "Amina",
  phone: "07911 123456",
  slots: ["1", "2"],
  shared_phone: "unsure",
  safe_to_call: "yes",
};
const about = { conversation: "c", clientId: "i" };

test("only cautioned people are asked about the arrest, and only who needs one for a language", () => {
  const keys = (given) => asked(given).map(({ key }) => key);
  assert.ok(keys({ caller: "cautioned" }).includes("arrested_on"));
  assert.ok(!keys({ caller: "partner" }).includes("arrested_on"));
  assert.ok(keys({ needs: ["interpreter"] }).includes("language"));
  assert.ok(!keys({ needs: ["bsl"] }).includes("language"));
  assert.ok(!keys({ say_who: "yes" }).includes("say_instead"));
});

test("what must be answered is found missing in order, and all else can be skipped", () => {
  assert.equal(missing({}).key, "caller");
  assert.equal(missing({ ...NEEDED, slots: [] }).key, "slots");
  assert.equal(missing(NEEDED), undefined);
});

test("what is sent has no more than what was asked and answered", () => {
  const given = { ...NEEDED, note: "", language: "Polish", say_who: "yes", say_instead: "x", needs: ["bsl"] };
  assert.deepEqual(body(given, about), {
    conversation: "c",
    client_id: "i",
    caller: "cautioned",
    name: "Amina",
    phone: "07911 123456",
    slots: [1, 2],
    shared_phone: "unsure",
    safe_to_call: true,
    say_who: true,
    needs: ["bsl"],
  });
});

test("a number that somebody has written is carried over, the newest first", () => {
  const said = (text, author = "visitor") => ({ author, text });
  assert.equal(numberIn([said("call 07911 123456"), said("or 023 8000 1061 now")]), "023 8000 1061");
  assert.equal(numberIn([said("ring 023 8000 1061", "assistant"), said("case 12345")]), "");
});

test("each question and each choice has its words", () => {
  const catalogue = read("../chatbot/content/texts/en/callback.po");
  const keys = STEPS.flatMap(({ key, options = [] }) => [key, ...options.map((one) => `${key}.${one}`)]);
  assert.deepEqual(keys.filter((key) => !catalogue.includes(`msgid "callback.${key}"`)), []);
});
