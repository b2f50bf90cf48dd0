import assert from "node:assert/strict";
import { test } from "node:test";

import { MODULES, read } from "./world.js";

const FILES = ["embed.js", "panel.js", "frame.html", "style.css", "conversation.css", ...MODULES.map((name) => `app/${name}`)];
const SOURCES = ["embed.js", "panel.js", "neutral.js", ...MODULES.map((name) => `app/${name}`)];

test("the launcher is at most 4,096 bytes, uncompressed", () => {
  assert.ok(Buffer.byteLength(read("embed.js")) <= 4_096);
});

test("no file is longer than 400 lines", () => {
  const long = FILES.filter((file) => read(file).split("\n").length > 401);
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
  assert.deepEqual(["frame.html", "style.css", "conversation.css"].filter((file) => other.test(read(file))), []);
});

test("the page loads every module early", () => {
  const list = /for name in \[([^\]]*)\]/.exec(read("frame.html"))[1];
  const named = list.match(/\w+/g).map((name) => `${name}.js`);
  assert.deepEqual([...named, "main.js"].sort(), [...MODULES].sort());
});
