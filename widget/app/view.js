/**
 * The window: shows a view, and moves neither the focus nor what is being read. The log is the only part
 * that a screen reader follows by itself: what is new in it is told once, politely, and what is not to be
 * seen but to be heard is put there too.
 */

import { owesAnswer } from "./conversation.js";
import { byId, el } from "./page.js";

/** @import { Items } from "./items.js" */
/** @import { Option, Texts, View } from "./types.js" */

const NEAR_PX = 48;
const GAP_PX = 16;
const QUESTION_SHARE = 0.25;
const DOTS_AFTER_MS = 300;
const TYPING_MS = 6_000;
const OFFLINE_AFTER_MS = 1_500;
const HEARD_MS = 10_000;

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
  #announce = byId("announce", HTMLDivElement);
  /** @type {Map<string, HTMLLIElement>} */
  #lines = new Map();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #dotsTimer;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #typingTimer;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #offlineTimer;
  #typing = false;
  /** @type {HTMLLIElement | undefined} the line that came last, wherever it stands */
  #newest;
  #following = true;
  #scrolledTo = 0;
  #size = "";

  /** @param {Texts} t @param {Items} items */
  constructor(t, items) {
    this.#t = t;
    this.#items = items;
    document.addEventListener("scroll", () => this.#scrolled(), true);
    // A keyboard, a note, or another zoom has taken room: the newest stays in sight.
    const keep = () => this.#following && this.#toNewest();
    new ResizeObserver(keep).observe(this.#log);
    addEventListener("resize", keep);
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
    const added = this.#fill(view);
    this.#showState(view, asking);
    this.#showDots(this.#typing || owesAnswer(view), DOTS_AFTER_MS);
    this.#newest = added.at(-1) ?? this.#newest;
    if (added.length === 0) return;
    // What is not sent yet stands last: news come in above it.
    if (this.#following || added.some((line) => line.className === "mine")) this.#toNewest();
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

  /** @param {boolean} reading history is read by who wants it, not read out */
  quiet(reading) {
    this.#log.setAttribute("aria-live", reading ? "off" : "polite");
  }

  /** Seen only: read out, it would come between the messages. @param {boolean} shown */
  showTyping(shown) {
    clearTimeout(this.#typingTimer);
    this.#typing = shown;
    this.#showDots(shown, 0);
    if (shown) this.#typingTimer = setTimeout(() => this.showTyping(false), TYPING_MS);
  }

  /** @param {boolean} up */
  showConnection(up) {
    if (up) {
      clearTimeout(this.#offlineTimer);
      this.#offlineTimer = undefined;
      this.#showOffline(false);
      return;
    }
    // A moment without a line is nobody's business; later failures do not start the wait again.
    this.#offlineTimer ??= setTimeout(() => this.#showOffline(true), OFFLINE_AFTER_MS);
  }

  /** @param {boolean} shown */
  #showOffline(shown) {
    if (this.#offline.hidden !== shown) return;
    this.#offline.hidden = !shown;
    this.announce(shown ? this.#offline.innerText : this.#t("online"));
  }

  /**
   * Each sentence stands by itself, so that none takes the place of one that is still to be heard, and
   * goes when it is old, so that nobody comes upon it later.
   * @param {string} sentence
   */
  announce(sentence) {
    const said = el("p", "", sentence);
    this.#announce.append(said);
    setTimeout(() => said.remove(), HEARD_MS);
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
    const added = [...lines].filter(([key]) => !this.#lines.has(key)).map(([, line]) => line);
    this.#lines = lines;
    return added;
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

  /** At little height the whole window scrolls, and the conversation in it does not. */
  get #scroller() {
    const whole = getComputedStyle(this.#log).overflowY === "visible";
    return whole ? document.documentElement : this.#log;
  }

  #toNewest() {
    const first = this.#firstToRead();
    const scroller = this.#scroller;
    if (scroller === this.#log) scroller.scrollTop = first ? first.offsetTop - GAP_PX : 0;
    else first?.scrollIntoView();
    this.#scrolledTo = scroller.scrollTop;
    this.#size = `${scroller.clientWidth} ${scroller.clientHeight}`;
    this.#following = true;
    this.#pill.hidden = true;
  }

  /** A long answer is read from its beginning, below its question where there is room for both. */
  #firstToRead() {
    const newest = this.#newest;
    if (this.#scroller !== this.#log) return newest;
    const above = newest?.previousElementSibling;
    if (newest?.className !== "mine" && above instanceof HTMLElement && above.className === "mine") {
      if (above.offsetHeight < this.#log.clientHeight * QUESTION_SHARE) return above;
    }
    return newest;
  }

  #scrolled() {
    const { scrollTop, scrollHeight, clientWidth, clientHeight } = this.#scroller;
    // A browser scrolls by itself too, where a screen that is turned makes lines longer.
    const turned = this.#following && `${clientWidth} ${clientHeight}` !== this.#size;
    const own = turned || Math.abs(scrollTop - this.#scrolledTo) < 2;
    this.#following = own || scrollHeight - clientHeight - scrollTop < NEAR_PX;
    if (this.#following) this.#pill.hidden = true;
  }
}
