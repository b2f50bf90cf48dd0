/**
 * Keeps one line to the service open and reads the log from the cursor: a WebSocket, or long poll
 * where something between does not let sockets through. The log is the truth and a frame only its
 * next page: after any doubt the line is dropped and the log is read again from the cursor.
 */

import { ApiError, backoff, BASE, CLOSE, delayAfter } from "./api.js";
import { parseFrames } from "./protocol.js";

/** @import { Api } from "./api.js" */
/** @import { Frame, LineOwner, Means, Session, Wire } from "./types.js" */

const HELLO_MS = 10_000;
const PING_AFTER_MS = 25_000;
const ANSWER_MS = 20_000; // a silent socket is given up after 45 s in all
const PROBE_MS = 3_000;
const STEADY_MS = 10_000;
const POLL_SECONDS = 25;
const SOCKET_AGAIN_MS = 60_000;

/** Timers by name: a second one of the same name replaces the first, and all can be dropped. */
export class Timers {
  /** @type {Map<string, { id: ReturnType<typeof setTimeout>, run: () => void }>} */
  #running = new Map();

  /** @param {string} name @param {number} ms @param {() => void} act */
  set(name, ms, act) {
    clearTimeout(this.#running.get(name)?.id);
    const run = () => {
      this.#running.delete(name);
      act();
    };
    this.#running.set(name, { id: setTimeout(run, ms), run });
  }

  /** @param {string} name of a timer that need not wait any longer, if it is running */
  hurry(name) {
    const timer = this.#running.get(name);
    clearTimeout(timer?.id);
    timer?.run();
  }

  drop() {
    for (const { id } of this.#running.values()) clearTimeout(id);
    this.#running.clear();
  }
}

/** One WebSocket. A browser does not tell that a line has died, so silence is measured here. */
class Socket {
  #wire;
  #down;
  #timers = new Timers();
  #ended = false;
  /** The replay is over: what is sent now arrives in order. */
  live = false;

  /**
   * @param {Wire} wire @param {() => object} hello made when it opens, with the cursor of then
   * @param {(frames: Frame[]) => void} hear @param {(code: number) => void} down
   */
  constructor(wire, hello, hear, down) {
    this.#wire = wire;
    this.#down = down;
    wire.addEventListener("open", () => this.send(hello()));
    wire.addEventListener("close", (event) => this.#end(event.code));
    wire.addEventListener("message", ({ data }) => {
      if (this.#ended) return;
      const frames = parseFrames(data);
      this.live ||= frames.some((frame) => frame.type === "live");
      if (this.live) this.#timers.set("end", PING_AFTER_MS, () => this.probe(ANSWER_MS));
      else this.#endAfter(HELLO_MS);
      hear(frames);
    });
    this.#endAfter(HELLO_MS);
  }

  /** @param {object} frame */
  send(frame) {
    if (!this.#ended) this.#wire.send(JSON.stringify(frame));
  }

  /** @param {number} ms in which something must be heard */
  probe(ms) {
    if (this.live) this.send({ type: "ping" });
    this.#endAfter(ms);
  }

  /** Ends without a report. */
  stop() {
    this.#ended = true;
    this.#timers.drop();
    this.#wire.close(1000);
  }

  /** @param {number} ms */
  #endAfter(ms) {
    this.#timers.set("end", ms, () => this.#end(CLOSE.silent));
  }

  /** @param {number} code */
  #end(code) {
    if (this.#ended) return;
    this.stop();
    this.#down(code);
  }
}

export class Line {
  #means;
  #api;
  #owner;
  #timers = new Timers();
  /** @type {Session | null} */
  #session = null;
  /** @type {Socket | null} */
  #socket = null;
  /** @type {AbortController | null} */
  #poll = null;
  #attempt = 0;

  /** @param {Means} means @param {Api} api @param {LineOwner} owner */
  constructor(means, api, owner) {
    this.#means = means;
    this.#api = api;
    this.#owner = owner;
  }

  /** A socket is open and has replayed the log: frames can be sent. */
  get live() {
    return this.#socket?.live ?? false;
  }

  /** @param {object} frame lost when the line is not live */
  send(frame) {
    if (this.live) this.#socket?.send(frame);
  }

  /** @param {Session} session */
  connect(session) {
    this.#session = session;
    this.#open();
  }

  /** The network, or the screen, is back: try at once, and doubt a socket that looks open. */
  wake() {
    this.#attempt = 0;
    if (this.#socket) {
      this.#socket.probe(PROBE_MS);
      return;
    }
    this.#drop();
    this.#open();
  }

  /** A plain request has passed, so there is a network: the next try waits no longer. */
  hurry() {
    this.#timers.hurry("open");
  }

  /** Drops a line that is in doubt, and reads on from the cursor. */
  readAgain() {
    this.#drop();
    this.#openAfter(backoff(this.#attempt, this.#means.random));
  }

  /** Ends, until the next `connect`. */
  hangUp() {
    this.#session = null;
    this.#attempt = 0;
    this.#drop();
  }

  #drop() {
    this.#timers.drop();
    this.#socket?.stop();
    this.#socket = null;
    this.#poll?.abort();
    this.#poll = null;
  }

  #open() {
    const session = this.#session;
    if (!session || this.#socket || this.#poll) return;
    const { cursor } = this.#owner;
    const socket = new Socket(
      this.#means.openWire(`${BASE}/${session.id}/live`),
      () => ({ type: "hello", token: session.token, after: cursor() }),
      (frames) => this.#hear(frames),
      (code) => this.#lost(code, socket.live),
    );
    this.#socket = socket;
  }

  /** @param {number} ms */
  #openAfter(ms) {
    this.#attempt += 1;
    this.#timers.set("open", ms, () => this.#open());
  }

  /** @param {readonly Frame[]} frames */
  #hear(frames) {
    const live = frames.find((frame) => frame.type === "live");
    if (live && this.#outdated(live.epoch, live.seq)) this.#readAfresh(live.epoch);
    else if (!this.#owner.receive(frames)) this.readAgain();
    else if (live && this.#session) this.#alive();
  }

  #alive() {
    this.#timers.set("steady", STEADY_MS, () => (this.#attempt = 0));
    this.#owner.connection(true);
  }

  /**
   * Tells whether the service was restored from a backup: its log is another one now.
   * @param {string | null} epoch @param {number} head
   */
  #outdated(epoch, head) {
    const known = this.#session?.epoch;
    return Boolean(epoch && known && epoch !== known) || head < this.#owner.cursor();
  }

  /** @param {string | null} epoch */
  #readAfresh(epoch) {
    if (this.#session) this.#session = { ...this.#session, epoch };
    this.#owner.reset(epoch);
    this.readAgain();
  }

  /** @param {number} code @param {boolean} wasLive */
  #lost(code, wasLive) {
    this.#drop();
    const delay = delayAfter(code, this.#attempt, this.#means.random);
    if (code === CLOSE.over) this.#owner.over();
    else if (wasLive || delay === null) this.#owner.connection(false);
    if (delay === null) return;
    if (wasLive) this.#openAfter(delay);
    // Never live: perhaps something between stops sockets, and plain requests still pass.
    else this.#timers.set("open", delay, () => void this.#pollFor(SOCKET_AGAIN_MS));
  }

  /** @param {number} ms until a socket is tried again */
  async #pollFor(ms) {
    const session = this.#session;
    if (!session || this.#socket || this.#poll) return;
    const poll = (this.#poll = new AbortController());
    const until = Date.now() + ms;
    try {
      for (let wait = 0; Date.now() < until; wait = POLL_SECONDS) {
        const after = this.#owner.cursor();
        const page = await this.#api.events(session, after, wait, poll.signal);
        if (this.#poll !== poll) return;
        if (this.#outdated(page.epoch, Infinity)) this.#readAfresh(page.epoch);
        else if (!this.#owner.receive(page.events)) this.readAgain();
        if (this.#poll !== poll) return;
        this.#alive();
      }
      this.#drop();
      this.#open();
    } catch (error) {
      if (this.#poll === poll) this.#pollFailed(error);
    }
  }

  /** @param {unknown} error */
  #pollFailed(error) {
    this.#drop();
    if (!(error instanceof ApiError)) throw error;
    if (error.status === 401) {
      this.#owner.over();
      return;
    }
    this.#owner.connection(false);
    if (error.passing) {
      this.#openAfter(error.retryMs ?? backoff(this.#attempt, this.#means.random));
    }
  }
}
