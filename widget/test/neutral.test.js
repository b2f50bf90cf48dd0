import assert from "node:assert/strict";
import { test } from "node:test";

import { page } from "./embedded.js";

const SUN = /^data:image\/svg\+xml,/;

async function opened({ dataset = {}, neutral = "", icon } = {}) {
  const chat = page({ dataset });
  if (icon) chat.head.append(Object.assign(new chat.world.HTMLElement("link"), { href: icon }));
  await chat.press();
  await chat.hear({ cara: "ready", neutral });
  return chat;
}

test("unless somebody wants it the page keeps its title and icon", async () => {
  const chat = await opened({ icon: "/town.png" });
  assert.deepEqual([chat.world.document.title, chat.head.children[0].href], ["Our town", "/town.png"]);
});

for (const [who, how] of [
  ["the service", { neutral: "Weather" }],
  ["the site", { dataset: { neutralTitle: "Weather" }, neutral: "News" }],
]) {
  test(`while the chat is open the page has the title that ${who} wants`, async () => {
    const chat = await opened({ ...how, icon: "/town.png" });
    assert.equal(chat.world.document.title, "Weather");
    assert.match(chat.head.children[0].href, SUN);
    await chat.hear({ cara: "shut", ended: false });
    assert.deepEqual([chat.world.document.title, chat.head.children[0].href], ["Our town", "/town.png"]);
    await chat.press();
    assert.equal(chat.world.document.title, "Weather");
  });
}

test("a site can decline what the service wants", async () => {
  const chat = await opened({ dataset: { neutralTitle: "" }, neutral: "Weather" });
  assert.equal(chat.world.document.title, "Our town");
});

test("a page without an icon has none afterwards", async () => {
  const chat = await opened({ neutral: "Weather" });
  assert.match(chat.head.children[0].href, SUN);
  await chat.hear({ cara: "shut", ended: true });
  assert.deepEqual(chat.head.children, []);
});

test("a title that the page gives itself meanwhile waits until the chat is closed", async () => {
  const chat = await opened({ neutral: "Weather" });
  chat.world.document.title = "(1) Our town";
  chat.did.mutate();
  assert.equal(chat.world.document.title, "Weather");
  await chat.hear({ cara: "shut", ended: false });
  assert.equal(chat.world.document.title, "(1) Our town");
});

test("once the page is hidden it is left alone", async () => {
  const chat = await opened({ neutral: "Weather" });
  chat.world.caraChat.hide();
  chat.did.mutate();
  assert.equal(chat.world.document.title, "www.bbc.co.uk");
});
