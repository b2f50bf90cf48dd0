/**
 * From the service's HTML, or plain text, to nodes, by way of a small tree of allowed pieces. The
 * service has sanitised already: this is the second wall. What is not on the list loses its tag and
 * keeps its words; what could run or load loses both.
 */

import { el } from "./page.js";

/** @import { Piece, Source, Tag } from "./types.js" */

const TAGS = ["p", "ul", "ol", "li", "strong", "em", "br", "a"];
const DROPPED =
  "head,iframe,math,noscript,object,script,select,style,svg,template,textarea,title".split(",");
const SCHEMES = ["https:", "tel:", "mailto:"];
const SHORT = ["116123", "999", "111", "101"];
// No lookbehind: older iPhones refuse to parse it, and with it the whole module.
const LINKS =
  /(^|[\s(])(https:\/\/[^\s<>"']+[^\s<>"').,;:!?]|\+44(?: ?\d{2,6}){2,4}|0\d{2,4}(?: ?\d{2,6}){1,3}|116 123|999|111|101)(?![\d%£/]|[.,:-]\d)/g;

/** @param {{ html: string | null, text: string }} message @param {string} newTab */
export function rich({ html, text }, newTab) {
  if (html === null) return [el("p", "", ...build(fromText(text), newTab))];
  // A document made by DOMParser is inert: nothing in it loads or runs.
  return build(fromNodes(new DOMParser().parseFromString(html, "text/html").body), newTab);
}

/** @param {Source} root whose children are copied @param {boolean} inLink @returns {Piece[]} */
export function fromNodes(root, inLink = false) {
  return Array.from(root.childNodes).flatMap((node) => {
    const name = node.nodeName.toLowerCase();
    if (name === "#text") {
      const text = node.nodeValue ?? "";
      return inLink ? [text] : fromText(text);
    }
    if (node.nodeType !== 1 || DROPPED.includes(name)) return [];
    const href = name === "a" ? safeHref(node.getAttribute?.("href")) : null;
    const children = fromNodes(node, inLink || href !== null);
    if (!TAGS.includes(name) || (name === "a" && href === null)) return children;
    return [{ tag: /** @type {Tag} */ (name), href, children }];
  });
}

/** @param {string} text @returns {Piece[]} its phone numbers and https addresses are links */
export function fromText(text) {
  /** @type {Piece[]} */
  const pieces = [];
  let end = 0;
  for (const { index, 1: before = "", 2: found = "" } of text.matchAll(LINKS)) {
    const href = found.startsWith("https:") ? safeHref(found) : telephone(found);
    if (href === null) continue;
    const start = index + before.length;
    if (start > end) pieces.push(text.slice(end, start));
    pieces.push({ tag: "a", href, children: [found] });
    end = start + found.length;
  }
  if (end < text.length) pieces.push(text.slice(end));
  return pieces;
}

/** @param {string | null | undefined} href @returns {string | null} when one may follow it */
export function safeHref(href) {
  try {
    const url = new URL(href ?? "");
    return SCHEMES.includes(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

/** @param {string} number @returns {string | null} null when it has too few or too many digits */
function telephone(number) {
  const digits = number.replaceAll(" ", "");
  const rings = SHORT.includes(digits) || /^(\+\d{12}|\d{8,11})$/.test(digits);
  return rings ? `tel:${digits}` : null;
}

/** @param {readonly Piece[]} pieces @param {string} newTab said after a link @returns {Node[]} */
export function build(pieces, newTab) {
  return pieces.map((piece) => {
    if (typeof piece === "string") return document.createTextNode(piece);
    const element = el(piece.tag, "", ...build(piece.children, newTab));
    if (element instanceof HTMLAnchorElement && piece.href !== null) {
      element.href = piece.href;
      if (piece.href.startsWith("https:")) {
        element.target = "_blank";
        element.rel = "noopener noreferrer";
        element.append(el("span", "unseen", ` ${newTab}`));
      }
    }
    return element;
  });
}
