/**
 * The page of the frame: what the service wrote into it, and new elements, made by createElement and
 * text nodes only. What is missing is an error that names it, never an empty label for a visitor.
 */

import { json, record } from "./protocol.js";

/** @import { Texts } from "./types.js" */

/** What answers and their questions are in, whatever the frame is in: admins approved those words. */
export const APPROVED = "en-GB";

/** @returns {string} what the frame is in, for dates and numbers */
export const language = () => document.documentElement.lang;
const SVG = "http://www.w3.org/2000/svg";

/** The page lacks an element that the widget needs. */
export class ElementError extends Error {}

/** @template {Element} E @param {string} id @param {new () => E} kind @returns {E} */
export function byId(id, kind) {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new ElementError(`The page has no fitting #${id}`);
  return found;
}

/** @param {string | HTMLElement} what a button by its id, or a link @param {() => void} act */
export function onPress(what, act) {
  const element = typeof what === "string" ? byId(what, HTMLButtonElement) : what;
  element.addEventListener("click", (event) => {
    event.preventDefault();
    act();
  });
}

/** @param {string} id of a data block */
export function dataBlock(id) {
  return json(byId(id, HTMLScriptElement).text);
}

/**
 * Looks up `t("send")` in `{"widget.send": "Send"}`. A sentence that counts has a form for each plural
 * of the language, `left.one`, `left.few`, ..., and `left.other` always: `t("left", {}, 1)`.
 * @param {unknown} raw @returns {Texts}
 */
export function textsFrom(raw, area = "widget") {
  const sentences = record(raw);
  return (key, values = {}, counted = 0) => {
    const full = `${area}.${key}`;
    const form = () => `${full}.${new Intl.PluralRules(language()).select(counted)}`;
    const sentence = sentences[full] ?? sentences[form()] ?? sentences[`${full}.other`];
    if (typeof sentence !== "string") throw new RangeError(`No text ${full}`);
    return sentence.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
  };
}

/**
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag @param {string} className @param {...(Node | string)} children
 */
export function el(tag, className, ...children) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...children);
  return element;
}

/** @param {string} label @param {string} className @param {() => void} press */
export function button(label, className, press) {
  const element = el("button", className, label);
  element.type = "button";
  element.addEventListener("click", press);
  return element;
}

/** @param {string} name of a symbol in the page; decoration, hidden from assistive technology */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#icon-${name}`);
  svg.setAttribute("aria-hidden", "true");
  svg.append(use);
  return svg;
}
