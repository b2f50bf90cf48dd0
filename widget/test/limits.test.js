import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";

import { LATER, MODULES, read } from "./world.js";

const FILES = ["embed.js", "panel.js", "plain.js", "frame.html", "style.css", "conversation.css", ...MODULES.map((name) => `app/${name}`)];
const AFTER = ["later/later.css", "../chatbot/content/texts/en/later.po", ...LATER.map((name) => `later/${name}`)];
const SOURCES = [...FILES, ...AFTER, "neutral.js"].filter((file) => file.endsWith(".js"));
const zipped = (text) => gzipSync(text, { level: 9 }).length;
const served = (file) => read(file).replace(/^[ \t]*\/\*(?:(?!\*\/).)*\*\/[ \t]*$|^[ \t]*\/\/[^\n]*$|^[ \t]+/gms, "");

test("the launcher is at most 4,096 bytes, uncompressed", () => {
  assert.ok(Buffer.byteLength(read("embed.js")) <= 4_096);
});

test("what is loaded after the first message is at most 9 KB", () => {
  const size = AFTER.reduce((sum, file) => sum + zipped(served(file)), 0);
  assert.ok(size <= 9 * 1_024, `${size} bytes`);
});

test("no file is longer than 400 lines", () => {
  const long = [...FILES, ...AFTER].filter((file) => read(file).split("\n").length > 401);
  assert.deepEqual(long, []);
});

test("nothing writes HTML, runs text, or prints what a visitor wrote", () => {
  const forbidden =
    /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|console\.|localStorage|\.cookie|indexedDB/;
  assert.deepEqual(SOURCES.filter((file) => forbidden.test(read(file))), []);
});

test("no message goes to whoever listens", () => {
  assert.deepEqual(SOURCES.filter((file) => /postMessage\([^)]*["']\*["']/.test(read(file))), []);
});

test("the page has no inline script and no inline style", () => {
  const page = read("frame.html");
  assert.doesNotMatch(page, / style=| on\w+=|<style/);
  const scripts = page.match(/<script(?![^>]*(src=|application\/json))/g);
  assert.equal(scripts, null);
});

test("nothing comes from another host", () => {
  const other = /(src|href)="(https?:)?\/\/|@import|url\(/;
  assert.deepEqual(["frame.html", "style.css", "conversation.css", "later/later.css"].filter((file) => other.test(read(file))), []);
});

test("no part that is needed early comes with the later ones", () => {
  const early = MODULES.filter((name) => /^import [^;]*"\.\.\/later/m.test(read(`app/${name}`)));
  assert.deepEqual(early, []);
});
