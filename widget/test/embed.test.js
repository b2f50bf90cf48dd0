import assert from "node:assert/strict";
import { test } from "node:test";

import { ORIGIN, page } from "./embedded.js";

const plain = (value) => JSON.parse(JSON.stringify(value));
const said = ({ did }) => did.posted.map(([{ cara }]) => cara);

async function opened(how) {
  const chat = page(how);
  await chat.press();
  return chat;
}

test("until it is pressed it is one button, without a request or a trace", () => {
  const chat = page();
  assert.match(chat.find("button").textContent, /Chat/);
  assert.equal(chat.find("iframe"), undefined);
  assert.deepEqual([chat.host.children, chat.did.requests, chat.did.posted], [[], 0, []]);
  assert.deepEqual(chat.did.told, ["cara-chat:ready"]);
});

test("it stands outside the body, which the page may move or hide", () => {
  const { host, world } = page();
  assert.equal(host.tag, "cara-chat");
  assert.deepEqual(world.document.body.children, []);
});

test("before the body has begun it waits for the page to be read", () => {
  const chat = page({ body: false });
  assert.equal(chat.host, undefined);
  for (const act of chat.did.listeners.DOMContentLoaded) act();
  assert.equal(chat.host.tag, "cara-chat");
});

for (const [name, current] of [
  ["runs as a module", () => null],
  ["is joined with others", () => ({ src: "https://town.example/all.js", dataset: {} })],
]) {
  test(`it finds its own tag when it ${name}`, async () => {
    const chat = await opened({ current, dataset: { label: "Talk" } });
    assert.equal(chat.find("button").textContent, "Talk");
    assert.ok(chat.find("iframe").src.startsWith(ORIGIN));
  });
}

test("put into a page twice it is there once", () => {
  const { root, run } = page();
  run("embed.js");
  assert.equal(root.children.length, 1);
});

test("pressed, it shows the chat in a frame, in the language of the tag", async () => {
  const chat = await opened({ dataset: { lang: "pl" } });
  const { title, src, hidden } = chat.find("iframe");
  assert.deepEqual([title, src], ["Chat with Project CARA", `${ORIGIN}/widget/frame?lang=pl`]);
  assert.deepEqual([hidden, chat.find("button").hidden], [false, true]);
  assert.deepEqual(chat.did.focused, ["iframe"]);
});

test("what it loads afterwards carries the nonce of its tag, and leaves no tag behind", async () => {
  const chat = page();
  chat.find("button").onclick();
  const [script] = chat.host.children;
  assert.deepEqual([script.src, script.nonce], [`${ORIGIN}/widget/panel.js`, "n"]);
  await chat.load();
  assert.deepEqual(chat.host.children, []);
});

test("pressed twice before it has come, it is loaded once", () => {
  const chat = page();
  chat.find("button").onclick();
  chat.find("button").onclick();
  assert.equal(chat.host.children.length, 1);
  assert.equal(chat.find("button").textContent, "Chat with us"); // it takes no more room
  assert.equal(chat.find("button").style.opacity, ".7");
});

test("what could not be loaded can be tried again", async () => {
  const chat = page({ dataset: { failed: "Not now" } });
  chat.find("button").onclick();
  chat.host.children[0].onerror();
  chat.host.children[0].remove();
  assert.deepEqual([chat.find("iframe"), chat.find("button").textContent], [undefined, "Not now"]);
  await chat.press();
  assert.equal(chat.find("iframe").hidden, false);
});

test("a message to the frame goes to its origin only, and not before it has come", async () => {
  const chat = page();
  chat.find("button").onclick();
  await chat.load();
  assert.deepEqual(chat.did.posted, []);
  await chat.press();
  assert.deepEqual(plain(chat.did.posted), [[{ cara: "open" }, ORIGIN]]);
});

test("a frame that loads itself again is told again", async () => {
  const chat = await opened();
  await chat.find("iframe").onload();
  assert.deepEqual(said(chat), ["open", "open"]);
});

test("a frame that never answers goes away again, as it has no button that works", async () => {
  const chat = await opened();
  chat.did.later();
  assert.deepEqual([chat.find("iframe"), chat.find("button").hidden], [undefined, false]);
  assert.match(chat.find("button").textContent, /Try again/);
  assert.equal(chat.did.told.at(-1), "cara-chat:fail");
});

test("a frame that answers stays", async () => {
  const chat = await opened();
  await chat.hear({ cara: "ready", title: "Czat", neutral: "" });
  chat.did.later();
  assert.deepEqual([chat.find("iframe").hidden, chat.find("iframe").title], [false, "Czat"]);
});

test("minimised, the frame stays and the button has the focus again", async () => {
  const chat = await opened();
  chat.host.shadow.activeElement = chat.find("iframe");
  await chat.hear({ cara: "shut", ended: false });
  assert.equal(chat.find("iframe").hidden, true);
  assert.deepEqual([chat.find("button").hidden, chat.did.focused.at(-1)], [false, "button"]);
  await chat.press();
  assert.equal(chat.find("iframe").hidden, false);
  assert.deepEqual(said(chat), ["open", "shut", "open"]);
});

test("the focus goes back to the page's own button that opened it", async () => {
  const chat = page();
  chat.world.document.activeElement = new chat.world.HTMLElement("own");
  await chat.press();
  chat.host.shadow.activeElement = chat.find("iframe");
  await chat.hear({ cara: "shut", ended: false });
  assert.equal(chat.did.focused.at(-1), "own");
});

test("closed from outside, it takes the focus from nobody", async () => {
  const chat = await opened();
  chat.world.caraChat.close();
  assert.deepEqual(chat.did.focused, ["iframe"]);
});

test("closed, nothing of the chat stays in the page", async () => {
  const chat = await opened();
  await chat.hear({ cara: "shut", ended: true });
  assert.equal(chat.find("iframe"), undefined);
});

test("new messages are counted on the button until it is opened", async () => {
  const chat = await opened();
  await chat.hear({ cara: "shut", ended: false });
  await chat.hear({ cara: "unread", count: 2 });
  assert.equal(chat.find("button").textContent, "Chat with us (2)");
  await chat.press();
  assert.equal(chat.find("button").textContent, "Chat with us");
});

test("the page is told what happens, and never what was said", async () => {
  const chat = await opened();
  await chat.hear({ cara: "unread", count: 2, text: "my secret" });
  await chat.hear({ cara: "shut", ended: false, text: "my secret" });
  chat.world.caraChat.hide();
  const told = plain(chat.did.told).map((one) => JSON.stringify(one).replaceAll('"', ""));
  const names = ["ready", "open", "[unread,{count:2}]", "close", "hide"];
  assert.deepEqual(told.map((one) => one.replace("cara-chat:", "")), names);
});

test("hiding blanks the page in the same moment and replaces it in the history", async () => {
  const chat = await opened({ dataset: { exit: "https://weather.example/", loading: "Moment." } });
  await chat.hear({ cara: "exit" });
  assert.deepEqual(chat.did.left, ["https://weather.example/"]);
  assert.equal(chat.did.styles["display"], "none");
  assert.equal(chat.world.document.title, "weather.example");
  const { role, textContent } = chat.find("p");
  assert.deepEqual([role, textContent], ["alert", "Moment."]);
});

test("hiding twice leaves once", () => {
  const chat = page();
  chat.world.caraChat.hide();
  chat.world.caraChat.hide();
  assert.deepEqual(chat.did.left, ["https://www.bbc.co.uk/weather"]);
});

test("a page in somebody's frame takes all of it away", () => {
  const left = [];
  const chat = page({ top: { location: { replace: (address) => left.push(address) } } });
  chat.world.caraChat.hide();
  assert.deepEqual([left.length, chat.did.left.length], [1, 1]);
});

test("the frame is told to forget when the page is hidden from outside", async () => {
  const chat = await opened();
  chat.world.caraChat.hide();
  await chat.load();
  assert.equal(said(chat).at(-1), "leave");
});

test("hidden from a page on which it was not open, the chat is forgotten once it is opened", async () => {
  const chat = page();
  chat.world.caraChat.hide();
  assert.equal(chat.world.sessionStorage.left, 1);
  await chat.press();
  const forgotten = chat.find("iframe");
  assert.deepEqual([said(chat), forgotten.hidden], [["leave"], true]);
  await chat.hear({ cara: "ready", neutral: "" });
  chat.find("iframe").onload();
  await chat.load();
  assert.notEqual(chat.find("iframe"), forgotten);
  assert.deepEqual([said(chat), chat.find("iframe").hidden], [["leave", "open"], false]);
  assert.equal(chat.world.sessionStorage.left, undefined);
});

test("hidden while it is open, the chat is forgotten at once, and the page keeps no mark", async () => {
  const chat = await opened();
  chat.world.caraChat.hide();
  assert.equal(chat.world.sessionStorage.left, undefined);
});

test("nobody else can speak for the frame", async () => {
  const chat = await opened();
  await chat.hear({ cara: "exit" }, { origin: "https://evil.example" });
  await chat.hear({ cara: "exit" }, { source: {} });
  await chat.hear({ cara: "shut" }, { source: chat.world });
  assert.deepEqual([chat.did.left, chat.find("iframe").hidden], [[], false]);
});

test("where there is no frame nobody can speak at all", async () => {
  const chat = await opened();
  await chat.hear({ cara: "shut", ended: true });
  await chat.hear({ cara: "exit" }, { source: null });
  await chat.hear({ cara: "exit" }, { source: undefined });
  assert.deepEqual(chat.did.left, []);
});

test("the page can open and close it", async () => {
  const chat = page();
  chat.world.caraChat.close();
  chat.world.caraChat.open();
  await chat.load();
  assert.equal(chat.find("iframe").hidden, false);
  chat.world.caraChat.close();
  assert.equal(chat.find("iframe").hidden, true);
});
