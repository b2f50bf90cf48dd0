/** A question that wants an answer first; also where the browser has no dialog of its own. */

import { el } from "../app/page.js";

export class Question {
  #dialog;
  /** @type {Element | null} */
  #asker = null;

  /** @param {string} heading @param {...(Node | string)} content with at least one button */
  constructor(heading, ...content) {
    const title = el("h2", "", heading);
    title.id = `question-${document.querySelectorAll("dialog").length}`;
    this.#dialog = el("dialog", "", title, ...content);
    this.#dialog.setAttribute("aria-labelledby", title.id);
    this.#dialog.addEventListener("keydown", (event) => this.#key(event));
    document.body.append(this.#dialog);
  }

  open() {
    if (typeof this.#dialog.showModal === "function") {
      this.#dialog.showModal();
      return;
    }
    this.#asker = document.activeElement;
    this.#dialog.setAttribute("role", "dialog");
    this.#dialog.setAttribute("aria-modal", "true");
    this.#dialog.setAttribute("open", "");
    this.#dialog.classList.add("old");
    this.#dialog.querySelector("button")?.focus();
  }

  close() {
    if (typeof this.#dialog.close === "function") {
      this.#dialog.close();
      return;
    }
    this.#dialog.removeAttribute("open");
    if (this.#asker instanceof HTMLElement) this.#asker.focus();
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.key === "Escape") {
      // Only the question is put away, and not the chat behind it.
      event.preventDefault();
      event.stopPropagation();
      this.close();
    } else if (event.key === "Tab" && typeof this.#dialog.showModal !== "function") {
      this.#turn(event);
    }
  }

  /** Keeps the focus inside. @param {KeyboardEvent} event */
  #turn(event) {
    const places = [...this.#dialog.querySelectorAll("button, textarea")].filter(
      (place) => place instanceof HTMLElement && place.offsetParent !== null,
    );
    const end = event.shiftKey ? places[0] : places.at(-1);
    const next = event.shiftKey ? places.at(-1) : places[0];
    if (document.activeElement !== end || !(next instanceof HTMLElement)) return;
    event.preventDefault();
    next.focus();
  }
}
