/** Who else looks at the open conversation, or writes in it, so that two do not answer at once. */

/** @import { Frame } from "./line.js" */

const GONE_AFTER_MS = 25_000;
const WRITES_MS = 5_000;

export class Colleagues {
  /** @type {Map<string, { name: string, at: number, wroteAt: number }>} */
  #here = new Map();
  #words;

  /** @param {DOMStringMap} words */
  constructor(words) {
    this.#words = words;
    setInterval(() => this.show(), WRITES_MS);
  }

  /** @param {Frame} frame */
  see({ person = "", name = "", here, writes }) {
    if (person === this.#words["me"]) return;
    const now = Date.now();
    const before = this.#here.get(person);
    if (here) this.#here.set(person, { name, at: now, wroteAt: writes ? now : (before?.wroteAt ?? 0) });
    else this.#here.delete(person);
    this.show();
  }

  show() {
    const now = Date.now();
    for (const [id, { at }] of this.#here) if (now - at > GONE_AFTER_MS) this.#here.delete(id);
    const all = [...this.#here.values()];
    const writing = all.find(({ wroteAt }) => now - wroteAt < WRITES_MS);
    const { also = "", writes = "" } = this.#words;
    const sentence = writing
      ? writes.replace("{name}", writing.name)
      : all.length > 0
        ? also.replace("{names}", all.map(({ name }) => name).join(", "))
        : "";
    const place = document.getElementById("presence");
    if (place && place.textContent !== sentence) place.textContent = sentence;
  }
}
