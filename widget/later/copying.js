/**
 * A copy of the chat as plain text, for who wants one: on this device only, said before it is made,
 * and never sent to anybody. Reached from a small menu, and from the end of a chat.
 */

import { clock, day } from "../app/items.js";
import { byId, button, el, icon } from "../app/page.js";
import { Question } from "./question.js";

/** @import { Actions, Config, Item, Texts, View } from "../app/types.js" */

const PAGES = [
  ["/privacy", "menu.privacy"],
  ["/staying-safe", "menu.safe"],
];

/**
 * @param {Pick<View, "items">} view
 * @param {{ title: string, who: (item: Item) => string, note: (item: Item) => string }} words
 * @returns {string} plain text: the day, then each message with its time and author
 */
export function transcript({ items }, { title, who, note }) {
  let last = "";
  const lines = items.map((item) => {
    const today = day(item.at);
    const head = today === last ? "" : `${today}\n\n`;
    last = today;
    const said = item.note ? `(${note(item)})` : `${who(item)}:\n${item.text}`;
    return `${head}${clock(item.at)}, ${said}\n`;
  });
  return [`${title}\n`, ...lines].join("\n");
}

/**
 * A button that shows and hides a list; it closes when a choice is made or the focus leaves.
 * @param {string} label @param {readonly HTMLElement[]} choices
 */
function disclosure(label, choices) {
  const list = el("ul", "", ...choices.map((choice) => el("li", "", choice)));
  const opener = button("", "tool", () => open(Boolean(list.hidden)));
  const menu = el("div", "menu", opener, list);
  const open = (/** @type {boolean} */ shown) => {
    list.hidden = !shown;
    opener.setAttribute("aria-expanded", String(shown));
  };
  opener.append(icon("more"));
  opener.title = label;
  opener.setAttribute("aria-label", label);
  list.addEventListener("click", () => open(false));
  menu.addEventListener("focusout", ({ relatedTarget }) => {
    // Safari focuses no button that is clicked: then nothing says that the focus has gone.
    if (relatedTarget instanceof Node && !menu.contains(relatedTarget)) open(false);
  });
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || list.hidden) return;
    event.stopPropagation();
    open(false);
    opener.focus();
  });
  open(false);
  return menu;
}

/** @param {string} text @returns {Promise<boolean>} */
async function written(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

export class Copying {
  #t;
  #actions;
  /** @type {View | null} */
  #view = null;
  #language;
  #question;
  #why = el("p", "");
  #field = el("textarea", "");
  #make;
  #leave;
  #atEnd;
  #menu;

  /** @param {Texts} t @param {Config} config @param {Actions} actions */
  constructor(t, { language }, actions) {
    this.#t = t;
    this.#language = language;
    this.#actions = actions;
    this.#field.readOnly = true;
    this.#field.rows = 6;
    this.#field.setAttribute("aria-label", t("copy.text"));
    this.#make = button(t("copy.make"), "primary", () => void this.#copy());
    this.#leave = button("", "quiet", () => this.#question.close());
    const choices = el("div", "choices", this.#leave, this.#make);
    this.#question = new Question(t("copy"), this.#why, this.#field, choices);
    this.#menu = this.#makeMenu();
    this.#atEnd = button(t("copy"), "quiet", () => this.#ask());
    byId("restart", HTMLButtonElement).before(this.#atEnd);
  }

  /** @param {View} view */
  show(view) {
    this.#view = view;
    this.#atEnd.hidden = view.items.length === 0;
    this.#menu.hidden = view.items.length === 0;
  }

  #makeMenu() {
    const links = PAGES.map(([href = "", key = ""]) => {
      const link = el("a", "", this.#t(key), el("span", "unseen", ` ${this.#t("new_tab")}`));
      return Object.assign(link, { href: `/${this.#language}${href}`, target: "_blank", rel: "noopener" });
    });
    const copy = button(this.#t("copy"), "", () => this.#ask());
    const menu = disclosure(this.#t("menu"), [copy, ...links]);
    byId("minimise", HTMLButtonElement).before(menu);
    return menu;
  }

  #ask() {
    this.#why.textContent = this.#t("copy.why");
    this.#leave.textContent = this.#t("copy.not");
    this.#field.hidden = true;
    this.#make.hidden = false;
    this.#question.open();
  }

  async #copy() {
    const text = transcript(this.#view ?? { items: [] }, {
      title: byId("title", HTMLElement).innerText,
      who: ({ key }) => this.#read(key, ".who, .unseen"),
      note: ({ key }) => this.#read(key, "p"),
    });
    const copied = await this.#toClipboard(text);
    this.#why.textContent = this.#t(copied ? "copy.done" : "copy.by_hand");
    this.#actions.announce(this.#why.textContent);
    this.#leave.textContent = this.#t("copy.close");
    this.#make.hidden = true;
    (copied ? this.#leave : this.#field).focus();
  }

  /** @param {string} key @param {string} part @returns {string} as it is shown */
  #read(key, part) {
    return this.#actions.line(key)?.querySelector(part)?.textContent ?? "";
  }

  /** @param {string} text @returns {Promise<boolean>} else it is shown, to be copied by hand */
  async #toClipboard(text) {
    this.#field.value = text;
    this.#field.hidden = false;
    this.#field.select();
    // The older way first: in the frame of another site the newer one is refused.
    const copied = document.execCommand("copy") || (await written(text));
    this.#field.hidden = copied;
    if (copied) this.#field.value = "";
    return copied;
  }
}
