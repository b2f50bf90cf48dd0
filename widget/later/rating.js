/**
 * Whether it helped: a quiet pair of buttons under an answer, and once at the end of a chat. Nobody
 * has to say anything; what is said can be changed, and the newest counts.
 */

import { byId, button, el, icon } from "../app/page.js";

/** @import { Actions, Item, Texts, View } from "../app/types.js" */

const LONGEST = 1_000;

/** @param {Item} item only what answers a question can have helped */
export function canBeRated({ author, outcome }) {
  return author === "assistant" && outcome === "answered";
}

/** @param {View} view the chat has ended, something was said in it, and the service still knows it */
export function asksAtTheEnd({ parted, items }) {
  return parted || (items.at(-1)?.note === "closed" && items.some((item) => item.author === "visitor"));
}

/**
 * Has the service keep what was said of an answer, or of the whole chat where there is no seq.
 * @param {Actions} actions @param {number | null} seq @param {boolean} helpful
 * @param {string} [comment]
 */
function rate({ wish }, seq, helpful, comment) {
  const body = { helpful, answer_seq: seq, comment };
  wish(`rating ${seq}`, { method: "POST", path: "rating", body });
}

export class Answers {
  #t;
  #actions;
  /** @type {Map<number, Pair>} */
  #pairs = new Map();

  /** @param {Texts} t @param {Actions} actions */
  constructor(t, actions) {
    this.#t = t;
    this.#actions = actions;
  }

  /** @param {View} view */
  show({ items, rated, state }) {
    if (state !== "assistant") this.#withdraw();
    for (const item of items.filter(canBeRated)) {
      const line = this.#actions.line(item.key);
      const known = this.#pairs.get(item.seq);
      if (known && line?.contains(known.element)) known.show(rated[item.seq]);
      else if (line) this.#pairs.set(item.seq, this.#add(item.seq, line));
    }
  }

  /** @param {number} seq @param {HTMLLIElement} line */
  #add(seq, line) {
    const pair = new Pair(this.#t, "rate.answer", (helpful) => {
      this.#actions.change({ type: "rated", seq, helpful });
      rate(this.#actions, seq, helpful);
      line.querySelector(".offer")?.remove();
      if (!helpful) this.#offer(line);
      this.#actions.announce(this.#t(helpful ? "rate.thanks" : "rate.sorry"));
    });
    line.querySelector(".meta")?.append(pair.element);
    return pair;
  }

  /** Who waits for a person, or has one, needs no other way. */
  #withdraw() {
    for (const offer of document.querySelectorAll(".offer")) {
      if (offer.contains(document.activeElement)) this.#actions.read();
      offer.remove();
    }
  }

  /** What else can be done, and nothing that must be. @param {HTMLLIElement} line */
  #offer(line) {
    const { person, write } = this.#actions;
    const ways = el(
      "span",
      "ways",
      button(this.#t("rate.person"), "quiet", person),
      button(this.#t("rate.words"), "quiet", write),
    );
    const offer = el("div", "offer", el("p", "", this.#t("rate.sorry")), ways);
    // Said by the status line already.
    offer.setAttribute("aria-live", "off");
    line.append(offer);
    this.#actions.reveal(offer);
  }
}

/** Two buttons of which one at most is pressed. */
class Pair {
  #buttons;
  element;

  /** @param {Texts} t @param {string} key @param {(helpful: boolean) => void} say */
  constructor(t, key, say) {
    this.#buttons = [true, false].map((helpful) => {
      const one = button(t(helpful ? "rate.yes" : "rate.no"), "verdict", () => say(helpful));
      one.prepend(icon("thumb"));
      one.dataset["helpful"] = String(helpful);
      return one;
    });
    this.element = el("span", "pair", ...this.#buttons);
    this.element.setAttribute("role", "group");
    this.element.setAttribute("aria-label", t(key));
    // Not read out with each answer: who looks for it finds it.
    this.element.setAttribute("aria-live", "off");
    this.show(undefined);
  }

  /** @param {boolean | undefined} helpful what was said */
  show(helpful) {
    for (const one of this.#buttons) {
      one.setAttribute("aria-pressed", String(one.dataset["helpful"] === String(helpful)));
    }
  }
}

/** At the end of a chat: the same pair, and room for a few words. */
export class Ending {
  #t;
  #actions;
  #form;

  /** @param {Texts} t @param {Actions} actions */
  constructor(t, actions) {
    this.#t = t;
    this.#actions = actions;
    this.#form = el("form", "ending");
    this.#form.hidden = true;
    byId("ended", HTMLElement).prepend(this.#form);
  }

  /** @param {View} view */
  show(view) {
    const asks = asksAtTheEnd(view);
    if (asks && this.#form.hidden) this.#ask();
    this.#form.hidden = !asks;
    document.body.toggleAttribute("data-parted", view.parted);
  }

  #ask() {
    const pair = new Pair(this.#t, "rate.chat", (helpful) => {
      pair.show(helpful);
      rate(this.#actions, null, helpful);
      this.#actions.announce(this.#t("rate.thanks"));
      this.#invite(helpful);
    });
    this.#form.replaceChildren(el("p", "question", this.#t("rate.chat")), pair.element);
  }

  /** @param {boolean} helpful */
  #invite(helpful) {
    const label = el("label", "", this.#t("rate.comment"));
    const field = el("textarea", "");
    const send = button(this.#t("rate.send"), "quiet", () => undefined);
    const kept = this.#form.querySelector("textarea")?.value ?? "";
    Object.assign(field, { id: "comment", rows: 2, maxLength: LONGEST, value: kept });
    Object.assign(label, { htmlFor: field.id });
    field.setAttribute("autocomplete", "off");
    send.type = "submit";
    this.#form.onsubmit = (event) => {
      event.preventDefault();
      const comment = field.value.trim();
      if (!comment) return;
      rate(this.#actions, null, helpful, comment);
      const thanks = el("p", "question", this.#t("rate.thanks"));
      thanks.tabIndex = -1;
      this.#form.replaceChildren(thanks);
      thanks.focus();
    };
    this.#form.querySelector(".words")?.remove();
    this.#form.append(el("div", "words", label, field, send));
  }
}
