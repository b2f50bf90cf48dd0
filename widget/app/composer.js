/**
 * The field and its button. Enter sends, Shift+Enter starts a line; nothing is cut off silently: a
 * text that is too long stays whole, and says by how much.
 */

import { byId, language } from "./page.js";

/** @import { Texts } from "./types.js" */

const LIMIT = 4_000;
const WARN_WITH = 400;

export class Composer {
  #t;
  #send;
  #form = byId("composer", HTMLFormElement);
  #field = byId("message", HTMLTextAreaElement);
  #count = byId("count", HTMLParagraphElement);

  /** @param {Texts} t @param {(text: string) => void} send @param {() => void} changed */
  constructor(t, send, changed) {
    this.#t = t;
    this.#send = send;
    this.#form.addEventListener("submit", (event) => this.#submit(event));
    this.#field.addEventListener("keydown", (event) => {
      // While a word is being composed (Chinese, Korean, ...), Enter belongs to the composition.
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) this.#submit(event);
    });
    this.#field.addEventListener("input", () => {
      this.#fit();
      changed();
    });
  }

  get draft() {
    return this.#field.value;
  }

  set draft(text) {
    this.#field.value = text;
    this.#fit();
  }

  get focused() {
    return this.#form.contains(document.activeElement);
  }

  /** @param {boolean} shown @returns {boolean} it had the focus */
  show(shown) {
    const { focused } = this;
    this.#form.hidden = !shown;
    return focused;
  }

  focus() {
    this.#field.focus();
  }

  /** @param {Event} event */
  #submit(event) {
    event.preventDefault();
    this.focus();
    const text = this.draft.trim();
    if (!text || this.#excess() > 0) return;
    this.draft = "";
    this.#send(text);
  }

  /** Characters above the limit, counted as the service counts them. */
  #excess() {
    return Array.from(this.draft.trim()).length - LIMIT;
  }

  #fit() {
    this.#field.style.height = "auto";
    this.#field.style.height = `${this.#field.scrollHeight + 2}px`;
    const excess = this.#excess();
    this.#count.hidden = excess < -WARN_WITH;
    this.#field.setAttribute("aria-invalid", String(excess > 0));
    if (this.#count.hidden) return;
    const many = Math.abs(excess);
    const count = many.toLocaleString(language());
    this.#count.textContent = this.#t(excess > 0 ? "too_long" : "left", { count }, many);
  }
}
