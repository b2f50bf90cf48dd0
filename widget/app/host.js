/**
 * The frame and the page around it: messages to and from the launcher, and leaving at once. The
 * first message of the launcher tells which site this is; `frame-ancestors` has decided before that
 * the site may show the chat, so from then on exactly that window at that origin is heard and told.
 */

/** @import { FromHost, ToHost } from "./types.js" */

export const NEEDED = 3;
const PAUSE_MS = 5_000;
const KINDS = ["open", "shut", "leave"];

export class Host {
  #origin = "";

  /** @param {(kind: FromHost) => void} hear */
  constructor(hear) {
    addEventListener("message", ({ origin, source, data }) => {
      if (source !== parent || parent === window) return;
      if (this.#origin && origin !== this.#origin) return;
      if (!KINDS.includes(data?.cara)) return;
      this.#origin = origin;
      const { neutral = "" } = document.documentElement.dataset;
      this.tell({ cara: "ready", title: document.title, neutral });
      hear(data.cara);
    });
  }

  /** @param {ToHost} message lost when no launcher has spoken yet */
  tell(message) {
    if (this.#origin) parent.postMessage(message, this.#origin);
  }

  /**
   * Leaves the page: by the launcher, which blanks all of it first, or without one by oneself.
   * @param {string} exit
   */
  leave(exit) {
    if (this.#origin) this.tell({ cara: "exit" });
    else (top ?? window).location.replace(exit);
  }
}

/**
 * Counts Shift by the rules of GOV.UK's "Exit this page": one that was part of a capital letter does
 * not count, any other key starts again, so does a pause of 5 s.
 */
export class Shifts {
  #presses = 0;
  #at = 0;
  #modified = false;

  /**
   * @param {{ key: string, shiftKey: boolean, timeStamp: number }} keyup
   * @returns {number} presses so far, 0 when this key was none; `NEEDED` of them leave the page
   */
  count({ key, shiftKey, timeStamp }) {
    // Letting go of "Shift + a" fires two keyups: "A" with shiftKey, then Shift without.
    const counts = key === "Shift" && !this.#modified;
    if (!counts || timeStamp - this.#at > PAUSE_MS) this.#presses = 0;
    if (counts) this.#presses += 1;
    this.#at = timeStamp;
    this.#modified = shiftKey;
    return this.#presses;
  }
}

/** @param {() => void} leave @param {(presses: number) => void} tell 0 when it starts again */
export function hearShifts(leave, tell) {
  const shifts = new Shifts();
  let told = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const hear = (/** @type {number} */ presses) => {
    clearTimeout(timer);
    if (presses >= NEEDED) leave();
    else if (presses + told > 0) tell((told = presses));
    if (told > 0) timer = setTimeout(() => hear(0), PAUSE_MS);
  };
  addEventListener("keyup", (event) => hear(shifts.count(event)), true);
}
