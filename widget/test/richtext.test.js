import assert from "node:assert/strict";
import { test } from "node:test";

import { fromNodes, fromText, safeHref } from "../app/richtext.js";

const text = (value) => ({ nodeType: 3, nodeName: "#text", nodeValue: value, childNodes: [] });
const node = (name, attributes, ...children) => ({
  nodeType: 1,
  nodeName: name.toUpperCase(),
  nodeValue: null,
  childNodes: children.map((child) => (typeof child === "string" ? text(child) : child)),
  getAttribute: (attribute) => attributes[attribute] ?? null,
});
const parsed = (...children) => fromNodes(node("body", {}, ...children));
const links = (sentence) => fromText(sentence).flatMap((piece) => piece.href ?? []);

test("paragraphs, lists, emphasis and links are kept", () => {
  const link = node("a", { href: "https://respect.uk.net/" }, "Respect");
  const list = node("ul", {}, node("li", {}, node("strong", {}, "Ring"), " ", link));
  assert.deepEqual(parsed(list), [
    {
      tag: "ul",
      href: null,
      children: [
        {
          tag: "li",
          href: null,
          children: [
            { tag: "strong", href: null, children: ["Ring"] },
            " ",
            { tag: "a", href: "https://respect.uk.net/", children: ["Respect"] },
          ],
        },
      ],
    },
  ]);
});

test("an element that is not on the list keeps only its words", () => {
  assert.deepEqual(parsed(node("div", { onclick: "x()" }, node("h1", {}, "Hello"))), ["Hello"]);
});

test("what could run or load goes with its words", () => {
  for (const name of ["script", "style", "iframe", "svg", "math", "template", "object", "select"]) {
    assert.deepEqual(parsed(node(name, {}, "alert(1)")), []);
  }
});

test("a comment is dropped", () => {
  assert.deepEqual(parsed({ ...text("secret"), nodeType: 8, nodeName: "#comment" }), []);
});

test("a link to anything but https, tel and mailto keeps only its words", () => {
  const schemes = ["javascript:alert(1)", " java\nscript:x", "data:text/html,x", "http://a.uk/", "/a", ""];
  for (const href of schemes) assert.deepEqual(parsed(node("a", { href }, "bad")), ["bad"]);
  assert.equal(safeHref("mailto:a@example.org"), "mailto:a@example.org");
});

test("numbers that can be rung become links", () => {
  for (const number of ["023 8000 1061", "0808 2000 247", "03300 165112", "0800 1111", "02380001061"]) {
    assert.deepEqual(links(`Ring ${number}.`), [`tel:${number.replaceAll(" ", "")}`]);
  }
  assert.deepEqual(links("Call 999, or 116 123 (free), or +44 23 8000 1061."), [
    "tel:999",
    "tel:116123",
    "tel:+442380001061",
  ]);
});

test("other numbers stay words", () => {
  const harmless = "£999 or 1999 or 999% or 999,000; 01/02/2027; 10.30; 0.999; A101; section 1111; 012";
  assert.deepEqual(links(harmless), []);
});

test("a number in a link is not a link in a link", () => {
  const link = node("a", { href: "tel:999" }, "Ring 999");
  assert.deepEqual(parsed(link), [{ tag: "a", href: "tel:999", children: ["Ring 999"] }]);
});

test("an address is a link without the full stop after it", () => {
  assert.deepEqual(fromText("See https://example.org/a?b=1. Now."), [
    "See ",
    { tag: "a", href: "https://example.org/a?b=1", children: ["https://example.org/a?b=1"] },
    ". Now.",
  ]);
});

test("no word is lost or added, whatever the text", () => {
  const words = (piece) => (typeof piece === "string" ? piece : piece.children.map(words).join(""));
  for (const sentence of ["", "999", "999 999", "a 023 8000 1061 b https://x.uk c", "((999)) 116 123 116 123"]) {
    assert.equal(fromText(sentence).map(words).join(""), sentence);
  }
});
