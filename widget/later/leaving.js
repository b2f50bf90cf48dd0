/** The question before a chat is closed in which somebody of the team is, or is waited for. */

import { button, el } from "../app/page.js";
import { Question } from "./question.js";

/** @import { Actions, Texts } from "../app/types.js" */

export class Sure {
  #question;

  /** @param {Texts} t @param {Actions} actions */
  constructor(t, actions) {
    const stay = button(t("sure.stay"), "quiet", () => this.#question.close());
    const end = button(t("sure.end"), "primary", () => {
      this.#question.close();
      actions.end();
    });
    const choices = el("div", "choices", stay, end);
    this.#question = new Question(t("sure"), el("p", "", t("sure.why")), choices);
  }

  ask() {
    this.#question.open();
  }
}
