/**
 * One line of the conversation as an element: a message, one on its way, a signpost, or a note about
 * who is there. Each is made once and only its delivery changes, so the log announces it once.
 */

import { APPROVED, button, el, icon, language } from "./page.js";
import { rich } from "./richtext.js";

/** @import { Item, Option, Pending, Texts } from "./types.js" */

const GROUP_MS = 300_000;

export class Items {
  #t;
  #choose;
  #again;
  #leave;

  /**
   * @param {Texts} t @param {(option: Option) => void} choose
   * @param {(key: string) => void} again sends a message once more
   * @param {() => void} leave a message for the team
   */
  constructor(t, choose, again, leave) {
    this.#t = t;
    this.#choose = choose;
    this.#again = again;
    this.#leave = leave;
  }

  /** @param {Item | Pending} item @param {Item | undefined} previous */
  make(item, previous) {
    if ("delivery" in item || item.author === "visitor") return this.#own(item);
    if (item.note) return el("li", "note", el("p", "", this.#note(item)));
    const { author, name, urgent, approved, at } = item;
    // Seen once for several messages of one author, heard for each.
    const same =
      previous?.author === author &&
      previous.name === name &&
      !previous.note &&
      at - previous.at < GROUP_MS;
    const who = el("p", same ? "unseen" : "who", name ?? this.#t(`author.${author}`));
    const bubble = el("div", "bubble", ...rich(item, this.#t("new_tab")));
    bubble.dir = "auto";
    if (approved) bubble.lang = APPROVED;
    if (urgent) bubble.prepend(el("h3", "", icon("alert"), this.#t("urgent")));
    const kind = urgent ? "urgent" : author;
    const line = el("li", `theirs ${kind}${same ? " same" : ""}`, who, bubble);
    const below = [...this.options(item.options), ...this.#offers(item.offers)];
    if (below.length > 0) line.append(el("ul", "options", ...below));
    line.append(el("p", "meta", time(at)));
    return line;
  }

  /** @param {HTMLLIElement} line of an own message @param {Item | Pending} item */
  deliver(line, item) {
    const delivery = "delivery" in item ? item.delivery : "sent";
    if (line.dataset["delivery"] === delivery) return;
    line.dataset["delivery"] = delivery;
    const label = el("span", "delivery", ` · ${this.#t(`delivery.${delivery}`)} `);
    if (delivery === "failed") {
      label.append(button(this.#t("again"), "again", () => this.#again(item.key)));
    }
    line.querySelector(".delivery")?.replaceWith(label);
  }

  /** @param {readonly Option[]} options */
  options(options) {
    return options.map((option) => {
      const choice = button(option.question, "option", () => this.#choose(option));
      choice.lang = APPROVED;
      choice.dir = "auto";
      return el("li", "", choice);
    });
  }

  /** @param {readonly string[]} offers of which this version may know none */
  #offers(offers) {
    if (!offers.includes("leave_message")) return [];
    return [el("li", "", button(this.#t("leave_message"), "option", () => this.#leave()))];
  }

  /** @param {Item | Pending} item */
  #own(item) {
    const meta = el("p", "meta", time(item.at), el("span", "delivery"));
    const who = el("p", "unseen", this.#t("author.visitor"));
    const bubble = el("div", "bubble", el("p", "", item.text));
    bubble.dir = "auto";
    const line = el("li", "mine", who, bubble, meta);
    line.setAttribute("aria-live", "off"); // who wrote it knows; that it is stored is told
    this.deliver(line, item);
    return line;
  }

  /** @param {Item} item */
  #note({ note, name }) {
    return this.#t(`note.${note}`, { name: name ?? this.#t("author.staff") });
  }
}

/** @type {Map<object, Intl.DateTimeFormat>} each takes a slow phone long to make */
const formats = new Map();
const TIME = { hour: "numeric", minute: "2-digit", ...(language() === APPROVED && { hour12: true }) };
const DAY = { weekday: "long", day: "numeric", month: "long" };

/** @param {number} at @param {object} wanted */
function formatted(at, wanted) {
  const format = formats.get(wanted) ?? new Intl.DateTimeFormat(language(), wanted);
  formats.set(wanted, format);
  return format.format(at);
}

/** @param {number} at @returns {string} "9:30 am" */
export const clock = (at) => formatted(at, TIME);
/** @param {number} at @returns {string} "Monday 4 January" */
export const day = (at) => formatted(at, DAY);

/** @param {number} at @returns {string} "9:30 am", on another day "Monday 4 January, 9:30 am" */
export function when(at) {
  return day(at) === day(Date.now()) ? clock(at) : `${day(at)}, ${clock(at)}`;
}

/** @param {number} at */
function time(at) {
  const element = el("time", "", when(at));
  element.dateTime = new Date(at).toISOString();
  return element;
}
