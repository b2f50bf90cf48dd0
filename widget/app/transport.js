/**
 * Carries a conversation: makes it at the first send, and sends what is in the outbox until the
 * service has stored it. The same client id goes out again after any doubt, by socket or by POST;
 * both are safe to repeat. One POST at a time, so that messages keep their order.
 */

import { Api, ApiError, backoff } from "./api.js";
import { Line, Timers } from "./line.js";

/** @import { Frame, Means, Session, TransportOwner, Unsent, Wish } from "./types.js" */

const ACK_MS = 10_000;
const WINDOW = 8;
const UNDO_MS = 60_000;
const TYPING_AGAIN_MS = 2_000;

export class Transport {
  #means;
  #owner;
  #api;
  #line;
  #timers = new Timers();
  /** @type {Session | null} */
  #session = null;
  /** @type {Set<string>} */
  #inFlight = new Set();
  #draining = false;
  #again = false;
  /** @type {Map<string, Wish>} by name, until the service has them */
  #wishes = new Map();
  #resting = false;
  #attempt = 0;
  #typedAt = 0;

  /** @param {Means} means @param {TransportOwner} owner */
  constructor(means, owner) {
    this.#means = means;
    this.#owner = owner;
    this.#api = new Api(means.fetch);
    this.#line = new Line(means, this.#api, {
      cursor: owner.cursor,
      receive: (frames) => this.#receive(frames),
      reset: (epoch) => this.#reset(epoch),
      over: () => this.#over(),
      connection: (up) => this.#connection(up),
    });
  }

  /** @param {Session} session of a tab that was reloaded */
  resume(session) {
    this.#session = session;
    this.#resting = false;
    this.#line.connect(session);
  }

  /** Sends what is in the outbox; the first time it makes the conversation. */
  async flush() {
    this.#again = true;
    if (this.#draining) return;
    this.#draining = true;
    try {
      while (this.#again) {
        this.#again = false;
        await this.#sendAll();
      }
    } finally {
      this.#draining = false;
    }
  }

  /** @param {boolean} [leave] a message for when somebody is there */
  askForPerson(leave) {
    const body = leave ? { leave_message: true } : {};
    this.#wishes.set("person", { method: "POST", path: "person", body });
    void this.flush();
  }

  /**
   * Has a call about this conversation made as soon as it can be, after the messages; one of the
   * same name that still waits is not made any more.
   * @param {string} name @param {Wish} wish
   */
  wish(name, wish) {
    if (!this.#session) return;
    this.#wishes.set(name, wish);
    void this.flush();
  }

  typing() {
    if (Date.now() - this.#typedAt < TYPING_AGAIN_MS) return;
    this.#typedAt = Date.now();
    this.#line.send({ type: "typing" });
  }

  /** @param {number} seq up to which the visitor has seen the log */
  read(seq) {
    this.#line.send({ type: "read", seq });
  }

  /** The network, or the screen, is back. */
  wake() {
    this.#attempt = 0;
    this.#line.wake();
    void this.flush();
  }

  /** @param {boolean} forget for good, or only end; the service is told without waiting */
  end(forget) {
    if (this.#session) this.#api.end(this.#session, forget);
    if (forget) this.stop();
    else this.rest();
  }

  /** The chat has ended: nothing more is read, but a rating can still be sent. */
  rest() {
    this.#resting = true;
    this.#attempt = 0;
    this.#inFlight.clear();
    this.#line.hangUp();
  }

  /** The chat has ended: it is read a little longer, for staff may take their closing back. */
  restSoon() {
    this.#timers.set("rest", UNDO_MS, () => this.rest());
  }

  /** They did. */
  goOn() {
    this.#timers.set("rest", 0, () => {});
  }

  /** Lets go of the conversation; the next send makes a new one. */
  stop() {
    this.rest();
    this.#session = null;
    this.#wishes.clear();
    this.#timers.drop();
  }

  /** @param {readonly Frame[]} frames */
  #receive(frames) {
    const whole = this.#owner.receive(frames);
    for (const frame of frames) {
      if (frame.type !== "ack" && frame.type !== "nack") continue;
      this.#inFlight.delete(frame.clientId);
      this.#flushAfter(frame.type === "nack" ? (frame.retryMs ?? 0) : 0);
    }
    return whole;
  }

  /** @param {string | null} epoch */
  #reset(epoch) {
    if (this.#session) this.#owner.started((this.#session = { ...this.#session, epoch }));
    this.#owner.reset(epoch);
  }

  /** @param {boolean} up */
  #connection(up) {
    // What was sent on an earlier line and has no ack by now goes out again.
    this.#inFlight.clear();
    this.#owner.connection(up);
    if (up) void this.flush();
  }

  #over() {
    this.stop();
    this.#owner.over();
  }

  async #sendAll() {
    const session = this.#session ?? (this.#idle ? null : await this.#create());
    if (!session) return;
    for (const entry of this.#owner.outbox()) {
      if (this.#inFlight.has(entry.key)) continue;
      if (this.#inFlight.size >= WINDOW) return;
      if (this.#line.live && entry.slug === null) this.#sayLive(entry);
      else if (!(await this.#post(session, entry))) return;
    }
    for (const [name, wish] of this.#wishes) {
      if (!(await this.#fulfil(session, name, wish))) return;
    }
  }

  get #idle() {
    return this.#wishes.size === 0 && this.#owner.outbox().length === 0;
  }

  async #create() {
    const asked = this.#owner.outbox();
    try {
      const { session, events } = await this.#api.create(this.#means);
      if (this.#idle) {
        // Closed or hidden meanwhile: nobody wants it any more.
        this.#api.end(session, true);
        return null;
      }
      this.#attempt = 0;
      this.#owner.started(session);
      this.#owner.receive(events);
      this.resume(session);
      return session;
    } catch (error) {
      if (this.#isFinal(error)) {
        this.#wishes.clear();
        this.#refuse(asked);
      }
      return null;
    }
  }

  /** @param {Unsent} entry */
  #sayLive({ key, text }) {
    this.#inFlight.add(key);
    this.#line.send({ type: "say", client_id: key, text });
    // Without an ack in time the line is in doubt: read again, then send again.
    this.#timers.set(key, ACK_MS, () => {
      if (this.#inFlight.has(key)) this.#line.readAgain();
    });
  }

  /** @param {Session} session @param {Unsent} entry @returns {Promise<boolean>} the next may go */
  async #post(session, entry) {
    this.#inFlight.add(entry.key);
    try {
      await this.#store(session, entry);
      this.#passed();
      this.#owner.receive([{ type: "ack", clientId: entry.key }]);
      return this.#session === session;
    } catch (error) {
      if (this.#session !== session || !this.#isFinal(error)) return false;
      this.#refuse([entry]);
      return true;
    } finally {
      this.#inFlight.delete(entry.key);
    }
  }

  /** @param {Session} session @param {Unsent} entry */
  async #store(session, { key, text, slug }) {
    if (slug !== null) {
      try {
        return await this.#api.store(session, "choice", { client_id: key, slug });
      } catch (error) {
        // 404, 422: the entry was unpublished meanwhile; its question can still be asked in words.
        if (!(error instanceof ApiError && [404, 422].includes(error.status))) throw error;
      }
    }
    return this.#api.store(session, "messages", { client_id: key, text });
  }

  /**
   * @param {Session} session @param {string} name @param {Wish} wish
   * @returns {Promise<boolean>} it is over; else it is tried again later
   */
  async #fulfil(session, name, wish) {
    try {
      await this.#api.ask(session, wish);
      this.#passed();
    } catch (error) {
      if (this.#session !== session || !this.#isFinal(error)) return false;
    }
    // What was wished instead, meanwhile, is another one.
    if (this.#wishes.get(name) === wish) this.#wishes.delete(name);
    return this.#session === session;
  }

  #passed() {
    this.#attempt = 0;
    this.#line.hurry();
    if (this.#resting) this.#owner.connection(true);
  }

  /**
   * @param {unknown} error
   * @returns {boolean} the call will never succeed; else it was put off, or the session is over
   */
  #isFinal(error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.status === 401) {
      this.#over();
      return false;
    }
    if (!error.passing) return true;
    if (error.status === 0 && !this.#line.live) this.#owner.connection(false);
    this.#flushAfter(error.retryMs ?? backoff(this.#attempt++, this.#means.random));
    return false;
  }

  /** @param {readonly Unsent[]} entries */
  #refuse(entries) {
    this.#owner.receive(entries.map(({ key }) => ({ type: "nack", clientId: key, retryMs: null })));
  }

  /** @param {number} ms */
  #flushAfter(ms) {
    this.#timers.set("flush", ms, () => void this.flush());
  }
}
