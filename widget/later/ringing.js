/** "Ask us to ring you", in the menu and below what offers it; the form comes when it is pressed. */

import { button, el } from "../app/page.js";

/** @import { Actions, Config, Texts, View } from "../app/types.js" */

export class Ringing {
  #t;
  #config;
  #actions;
  #failures = 0;
  /** @type {import("../ring/ring.js").Ring | null} */
  #ring = null;
  /** @type {View | null} */
  #view = null;

  /** @param {Texts} t @param {Config} config @param {Actions} actions */
  constructor(t, config, actions) {
    this.#t = t;
    this.#config = config;
    this.#actions = actions;
    document.querySelector(".menu ul")?.prepend(el("li", "", this.#button("")));
  }

  /** @param {View} view */
  show(view) {
    this.#view = view;
    if (view.items.length === 0 || view.state === "closed") this.#ring?.forget();
    for (const { key, offers } of view.items) {
      const line = offers.includes("callback") && this.#actions.line(key);
      if (!line || line.querySelector(".ring-us")) continue;
      const offer = el("p", "ring-us", this.#button("option"));
      line.querySelector(".meta")?.before(offer);
      this.#actions.reveal(offer);
    }
  }

  /** @param {string} kind */
  #button(kind) {
    return button(this.#t("ring"), kind, () => void this.#open());
  }

  async #open() {
    const query = this.#failures > 0 ? `?${this.#failures}` : "";
    try {
      if (!this.#ring) {
        const { prepare } = await import(`../ring/ring.js${query}`);
        this.#ring = await prepare(query, this.#config, this.#actions);
      }
      if (this.#view) this.#ring?.open(this.#view);
    } catch {
      this.#failures += 1;
      window.open(`/${this.#config.language}/callback`, "_blank", "noopener");
    }
  }
}
