/**
 * The window: shows a view, and moves neither the focus nor what is being read. The list is the only
 * part that a screen reader follows by itself; what is said elsewhere is said once, politely.
 */

import { owesAnswer } from "./conversation.js";
import { byId } from "./page.js";

/** @import { Items } from "./items.js" */
/** @import { Option, Texts, View } from "./types.js" */

const NEAR_PX = 48;
const GAP_PX = 16;
const QUESTION_SHARE = 0.25;
const DOTS_AFTER_MS = 300;

export class Window {
  #t;
  #items;
  #log = byId("log", HTMLDivElement);
  #list = byId("items", HTMLOListElement);
  #dots = byId("dots", HTMLParagraphElement);
  #pill = byId("pill", HTMLButtonElement);
  #status = byId("status", HTMLParagraphElement);
  #person = byId("person", HTMLButtonElement);
  #offline = byId("offline", HTMLParagraphElement);
  #announce = byId("announce", HTMLParagraphElement);
  /** @type {Map<string, HTMLLIElement>} */
  #lines = new Map();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #dotsTimer;
  #typing = false;
  #following = true;
  #scrolledTo = 0;

  /** @param {Texts} t @param {Items} items */
  constructor(t, items) {
    this.#t = t;
    this.#items = items;
    this.#log.addEventListener("scroll", () => this.#scrolled());
    // A keyboard, a note, or another zoom has taken room: the newest stays in sight.
    new ResizeObserver(() => this.#following && this.#toNewest()).observe(this.#log);
    this.#pill.addEventListener("click", () => {
      this.#toNewest();
      this.#log.focus();
    });
  }

  /** @param {readonly Option[]} topics */
  showTopics(topics) {
    byId("topics", HTMLUListElement).append(...this.#items.options(topics));
    byId("topics-heading", HTMLHeadingElement).hidden = topics.length === 0;
  }

  /** @param {View} view @param {boolean} asking for a person, and not answered yet */
  show(view, asking) {
    const last = this.#list.lastElementChild;
    this.#fill(view);
    this.#showState(view, asking);
    this.#showDots(this.#typing || owesAnswer(view), DOTS_AFTER_MS);
    const newest = this.#list.lastElementChild;
    if (newest === last || !newest) return;
    if (this.#following || newest.className === "mine") this.#toNewest();
    else this.#pill.hidden = false;
  }

  /** @param {HTMLElement} added to the newest line */
  reveal(added) {
    const below = added.getBoundingClientRect().bottom - this.#log.getBoundingClientRect().bottom;
    if (this.#pill.hidden && below > 0) this.#log.scrollTop += below + GAP_PX;
  }

  /** @param {string} key @returns {HTMLLIElement | undefined} the line of a message that is shown */
  line(key) {
    return this.#lines.get(key);
  }

  /** @param {boolean} shown someone of the staff is typing */
  showTyping(shown) {
    this.#typing = shown;
    this.#showDots(shown, 0);
  }

  /** @param {boolean} shown */
  showOffline(shown) {
    if (this.#offline.hidden !== shown) return;
    this.#offline.hidden = !shown;
    this.announce(shown ? this.#offline.innerText : this.#t("online"));
  }

  /** @param {boolean} reading history is read by who wants it, not read out */
  quiet(reading) {
    this.#log.setAttribute("aria-live", reading ? "off" : "polite");
  }

  /** @param {string} sentence */
  announce(sentence) {
    this.#announce.textContent = sentence;
  }

  focus() {
    this.#log.focus();
  }

  /** @param {boolean} shown nothing has been written yet that another language would lose */
  showLanguages(shown) {
    const links = document.getElementById("languages");
    if (links) links.style.visibility = shown ? "" : "hidden"; // nothing below it moves
  }

  /** @param {View} view */
  #fill({ items, pending }) {
    const lines = new Map();
    let place = this.#list.firstElementChild;
    for (const [index, item] of [...items, ...pending].entries()) {
      const line = this.#lines.get(item.key) ?? this.#items.make(item, items[index - 1]);
      if (line.className === "mine") this.#items.deliver(line, item);
      if (line === place) place = place.nextElementSibling;
      else this.#list.insertBefore(line, place);
      lines.set(item.key, line);
    }
    for (const [key, line] of this.#lines) if (!lines.has(key)) line.remove();
    this.#lines = lines;
  }

  /** @param {View} view @param {boolean} asking */
  #showState({ state, staff, left }, asking) {
    const alone = state === "assistant";
    const kind = alone && asking ? "asking" : left ? "left" : state;
    const status = this.#t(`status.${kind}`, { name: staff ?? this.#t("author.staff") });
    if (this.#status.textContent !== status) this.#status.textContent = status;
    // Disabled for the eye and the ear, but it keeps the focus of who has just pressed it.
    this.#person.setAttribute("aria-disabled", String(!alone || asking));
    document.body.dataset["state"] = state;
  }

  /** @param {boolean} shown @param {number} after ms: an answer that comes at once needs no dots */
  #showDots(shown, after) {
    clearTimeout(this.#dotsTimer);
    if (!shown) this.#dots.hidden = true;
    if (!shown || !this.#dots.hidden) return;
    this.#dotsTimer = setTimeout(() => {
      this.#dots.hidden = false;
      if (this.#following) this.#toNewest();
    }, after);
  }

  #toNewest() {
    const first = this.#firstToRead();
    const top = first ? first.offsetTop - GAP_PX : 0;
    const bottom = this.#log.scrollHeight - this.#log.clientHeight;
    this.#scrolledTo = Math.min(bottom, Math.max(top, 0));
    this.#log.scrollTop = this.#scrolledTo;
    // At little height the whole window scrolls, and the conversation does not.
    if (document.documentElement.scrollHeight > innerHeight) first?.scrollIntoView();
    this.#following = true;
    this.#pill.hidden = true;
  }

  /** A long answer is read from its beginning, below its question where that takes little room. */
  #firstToRead() {
    const newest = this.#list.lastElementChild;
    const above = newest?.previousElementSibling;
    if (newest?.className !== "mine" && above instanceof HTMLElement && above.className === "mine") {
      if (above.offsetHeight < this.#log.clientHeight * QUESTION_SHARE) return above;
    }
    return newest instanceof HTMLElement ? newest : null;
  }

  #scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.#log;
    const own = Math.abs(scrollTop - this.#scrolledTo) < 2;
    this.#following = own || scrollHeight - clientHeight - scrollTop < NEAR_PX;
    if (this.#following) this.#pill.hidden = true;
  }
}
