/**
 * While somebody waits: their place and an honest wait, what else they can do, and the way back to
 * the assistant. And the button on the warning that a chat will be closed.
 */

import { when } from "../app/items.js";
import { byId, button, el, language } from "../app/page.js";
import { fromText, build } from "../app/richtext.js";

/** @import { Actions, Config, Item, Queue as Place, Texts, View } from "../app/types.js" */

const MINUTE_MS = 60_000;

/**
 * What is true, and no more: a wait only where it was measured.
 * @param {Place} place @param {string} phone @param {Texts} t @param {string} tag of the language
 * @returns {string[]} sentences
 */
export function truth({ position, open, opensAt, waitMs }, phone, t, tag) {
  const place = t(position === 1 ? "wait.next" : "wait.place", { position: `${position}` });
  if (open && waitMs === null) return [place, t("wait.unknown")];
  if (open) return [place, t("wait.usual", { time: minutes(waitMs ?? 0, tag) })];
  if (opensAt === null) return [t("wait.nobody"), t("wait.ring", { phone })];
  return [t("wait.nobody"), t("wait.opens", { when: when(opensAt) }), t("wait.ring", { phone })];
}

/** @param {View} view @returns {Item | undefined} the warning that nobody has answered yet */
export function openWarning({ items, state, stayed }) {
  const at = items.reduce((last, item, place) => (item.closesAt === null ? last : place), -1);
  const warning = items[at];
  if (!warning || state === "closed" || stayed >= warning.seq) return undefined;
  return items.slice(at).some(({ author }) => author === "visitor") ? undefined : warning;
}

/** @param {number} ms @param {string} tag */
function minutes(ms, tag) {
  const style = { style: "unit", unit: "minute", unitDisplay: "long" };
  const count = Math.max(1, Math.ceil(ms / MINUTE_MS));
  return new Intl.NumberFormat(tag, /** @type {Intl.NumberFormatOptions} */ (style)).format(count);
}

export class Queue {
  #t;
  #phone;
  #actions;
  #words = el("p", "");
  #panel;
  #said = "";

  /** @param {Texts} t @param {Config} config @param {Actions} actions */
  constructor(t, { phone }, actions) {
    this.#t = t;
    this.#phone = phone;
    this.#actions = actions;
    const stop = button(t("wait.stop"), "quiet", () => {
      actions.wish("person", { method: "DELETE", path: "person", body: null });
    });
    this.#panel = el("section", "queue", this.#words, stop);
    this.#panel.setAttribute("aria-label", t("wait.title"));
    this.#panel.hidden = true;
    byId("composer", HTMLFormElement).before(this.#panel);
  }

  /** @param {View} view */
  show({ state, queue }) {
    const waits = state === "waiting" && queue !== null;
    const sentences = waits ? truth(queue, this.#phone, this.#t, language()) : [];
    const said = sentences.join(" ");
    if (said !== this.#said) {
      this.#said = said;
      this.#words.replaceChildren(...build(fromText(said), ""));
      if (said) this.#actions.announce(said);
    }
    const focused = this.#panel.contains(document.activeElement);
    this.#panel.hidden = !waits;
    if (focused && !waits) this.#actions.read();
  }
}

export class Warning {
  #t;
  #actions;
  #row;

  /** @param {Texts} t @param {Actions} actions */
  constructor(t, actions) {
    this.#t = t;
    this.#actions = actions;
    this.#row = el("p", "stay");
  }

  /** @param {View} view */
  show(view) {
    const warning = openWarning(view);
    const line = warning && this.#actions.line(warning.key);
    if (!warning || !line) {
      if (this.#row.querySelector("button")) this.#row.remove();
      return;
    }
    if (line.contains(this.#row)) return;
    this.#row.replaceChildren(button(this.#t("stay"), "primary", () => this.#stay(warning.seq)));
    line.append(this.#row);
    this.#actions.reveal(this.#row);
  }

  /** @param {number} seq */
  #stay(seq) {
    this.#row.replaceChildren(this.#t("stay.thanks"));
    this.#row.setAttribute("aria-live", "off");
    this.#actions.change({ type: "stayed", seq });
    this.#actions.wish("stay", { method: "POST", path: "stay", body: {} });
    this.#actions.announce(this.#t("stay.thanks"));
    this.#actions.read();
  }
}
