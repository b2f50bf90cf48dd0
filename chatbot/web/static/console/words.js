/**
 * Prepared words for a reply: `/` and a word offers replies and FAQ answers, arrows and Enter choose.
 * What is chosen replaces the `/` and the word; nothing is sent by itself.
 */

const WAIT_MS = 150;
const SOUGHT = /(?:^|\s)\/([^\s/][^/\n]{0,60})?$/;

export class Words {
  #field;
  #list;
  /** @type {{ name: string, text: string }[]} */
  #found = [];
  #at = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /** @param {HTMLTextAreaElement} field @param {HTMLElement} list */
  constructor(field, list) {
    this.#field = field;
    this.#list = list;
    list.setAttribute("role", "listbox");
    field.setAttribute("aria-controls", list.id);
    field.addEventListener("input", () => this.#typed());
    // Before the field's own Enter, which sends.
    field.addEventListener("keydown", (event) => this.#key(event), true);
    field.addEventListener("blur", () => setTimeout(() => this.#close(), WAIT_MS));
    document.addEventListener("click", (event) => this.#suggested(event));
  }

  #typed() {
    clearTimeout(this.#timer);
    const sought = this.#sought();
    if (sought === null) this.#close();
    else this.#timer = setTimeout(() => void this.#look(sought), WAIT_MS);
  }

  /** @returns {string | null} what stands between `/` and the caret */
  #sought() {
    const before = this.#field.value.slice(0, this.#field.selectionStart);
    const found = SOUGHT.exec(before);
    return found ? (found[1] ?? "") : null;
  }

  /** @param {string} words */
  async #look(words) {
    const body = new URLSearchParams({ words });
    const answer = await fetch("/console/words", { method: "POST", body }).catch(() => null);
    if (!answer?.ok || this.#sought() !== words) return;
    this.#found = (await answer.json()).found;
    this.#at = 0;
    this.#show();
  }

  #show() {
    const lines = this.#found.map(({ name }, index) => {
      const line = document.createElement("li");
      line.id = `words-${index}`;
      line.textContent = name;
      line.setAttribute("role", "option");
      line.setAttribute("aria-selected", String(index === this.#at));
      line.addEventListener("mousedown", (event) => {
        event.preventDefault();
        this.#choose(index);
      });
      return line;
    });
    this.#list.replaceChildren(...lines);
    this.#list.hidden = lines.length === 0;
    if (lines.length > 0) this.#field.setAttribute("aria-activedescendant", `words-${this.#at}`);
    else this.#close();
  }

  #close() {
    this.#found = [];
    this.#list.hidden = true;
    this.#field.removeAttribute("aria-activedescendant");
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (this.#list.hidden || event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      this.#at = (this.#at + step + this.#found.length) % this.#found.length;
      this.#show();
    } else if (event.key === "Enter" || event.key === "Tab") this.#choose(this.#at);
    else if (event.key === "Escape") this.#close();
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  /** @param {number} index */
  #choose(index) {
    const text = this.#found[index]?.text ?? "";
    const end = this.#field.selectionStart;
    const start = end - (this.#sought() ?? "").length - 1;
    this.#field.setRangeText(text, start, end, "end");
    this.#close();
    this.#field.dispatchEvent(new Event("input"));
  }

  /** @param {MouseEvent} event a link that would load the page again with the words in the field */
  #suggested(event) {
    if (!(event.target instanceof HTMLElement)) return;
    const { insert } = event.target.dataset;
    if (!insert) return;
    event.preventDefault();
    const { value } = this.#field;
    this.#field.setRangeText(value.trim() ? `\n\n${insert}` : insert, value.length, value.length, "end");
    this.#field.focus();
    this.#field.dispatchEvent(new Event("input"));
  }
}
