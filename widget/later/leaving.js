/**
 * The question before a chat is closed in which somebody of the team is, or is waited for, or something
 * is written that was not sent.
 */

import { button, el } from "../app/page.js";
import { Question } from "./question.js";

/** @import { Actions, Texts } from "../app/types.js" */

export class Sure {
  #t;
  #why = el("p", "");
  #question;

  /** @param {Texts} t @param {Actions} actions */
  constructor(t, actions) {
    this.#t = t;
    const stay = button(t("sure.stay"), "quiet", () => this.#question.close());
    const end = button(t("sure.end"), "primary", () => {
      this.#question.close();
      actions.end();
    });
    const choices = el("div", "choices", stay, end);
    this.#question = new Question(t("sure"), this.#why, choices);
  }

  /** @param {{ written: boolean, place: boolean }} lost with the chat */
  ask({ written, place }) {
    const reasons = [written && this.#t("sure.written"), place && this.#t("sure.why")];
    this.#why.textContent = reasons.filter(Boolean).join(" ");
    this.#question.open();
  }
}
