/**
 * One WebSocket to the service, opened again whenever it ends: at once when the network or the screen
 * is back, else after a while that grows.
 */

/** @typedef {{ type: string, html?: string, position?: number, seq?: number, name?: string, person?: string, here?: boolean, writes?: boolean, author?: string, text?: string, volume?: number, desktop?: boolean, link?: string }} Frame */
/** @typedef {{ hear: (frame: Frame) => void, connection: (up: boolean) => void }} Owner */

const FIRST_MS = 500;
const LONGEST_MS = 15_000;
const ENDED = 4401;
const LOST_AFTER_MS = 2_000;

export class Line {
  #open;
  #position;
  #owner;
  #wait = FIRST_MS;
  /** @type {WebSocket | null} */
  #socket = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #lost;

  /**
   * @param {{ chat: string, silent: string }} open what is looked at, and whether unseen
   * @param {() => number} position
   * @param {Owner} owner
   */
  constructor(open, position, owner) {
    this.#open = open;
    this.#position = position;
    this.#owner = owner;
    for (const kind of ["online", "visibilitychange", "pageshow"]) {
      addEventListener(kind, () => document.hidden || this.open());
    }
  }

  open() {
    if (this.#socket) return;
    clearTimeout(this.#timer);
    const query = new URLSearchParams({ ...this.#open, after: String(this.#position()) });
    const socket = new WebSocket(`${location.origin.replace("http", "ws")}/console/live?${query}`);
    this.#socket = socket;
    socket.addEventListener("open", () => {
      this.#wait = FIRST_MS;
      clearTimeout(this.#lost);
      this.#lost = undefined;
      this.#owner.connection(true);
    });
    socket.addEventListener("message", ({ data }) => {
      for (const frame of JSON.parse(data)) this.#owner.hear(frame);
    });
    socket.addEventListener("close", ({ code }) => this.#closed(code));
  }

  /** @param {object} frame lost when the line is down */
  send(frame) {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(frame));
  }

  /** @param {number} code */
  #closed(code) {
    this.#socket = null;
    if (code === ENDED) {
      location.reload(); // signed out elsewhere: the service leads to the sign-in page
      return;
    }
    this.#lost ??= setTimeout(() => this.#owner.connection(false), LOST_AFTER_MS);
    this.#timer = setTimeout(() => this.open(), this.#wait * (0.5 + Math.random() / 2));
    this.#wait = Math.min(this.#wait * 2, LONGEST_MS);
  }
}
