/**
 * Carries a conversation: makes it at the first send, and sends what is in the outbox until the
 * service has stored it. The same client id goes out again after any doubt, by socket or by POST;
 * both are safe to repeat. One POST at a time, so that messages keep their order.
 */

import { Api, ApiError, backoff } from "./api.js";
import { Line, Timers } from "./line.js";

/** @import { Frame, Means, Session, TransportOwner, Unsent } from "./types.js" */

const ACK_MS = 10_000;
const WINDOW = 8;
const TYPING_MS = 2_000;

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
  /** @type {object | null} what is asked of staff and not passed on yet */
  #wantsPerson = null;
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
    this.#wantsPerson = leave ? { leave_message: true } : {};
    void this.flush();
  }

  typing() {
    if (Date.now() - this.#typedAt < TYPING_MS) return;
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
    this.stop();
  }

  /** Lets go of the conversation; the next send makes a new one. */
  stop() {
    this.#session = null;
    this.#wantsPerson = null;
    this.#attempt = 0;
    this.#inFlight.clear();
    this.#timers.drop();
    this.#line.hangUp();
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
    const idle = !this.#wantsPerson && this.#owner.outbox().length === 0;
    const session = this.#session ?? (idle ? null : await this.#create());
    if (!session) return;
    for (const entry of this.#owner.outbox()) {
      if (this.#inFlight.has(entry.key)) continue;
      if (this.#inFlight.size >= WINDOW) return;
      if (this.#line.live && entry.slug === null) this.#sayLive(entry);
      else if (!(await this.#post(session, entry))) return;
    }
    if (this.#wantsPerson) await this.#postPerson(session, this.#wantsPerson);
  }

  async #create() {
    const asked = this.#owner.outbox();
    try {
      const { session, events } = await this.#api.create(this.#means);
      if (!this.#wantsPerson && this.#owner.outbox().length === 0) {
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
        this.#wantsPerson = null;
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

  /** @param {Session} session @param {object} wants */
  async #postPerson(session, wants) {
    try {
      await this.#api.post(session, "person", wants);
      this.#wantsPerson = null;
      this.#passed();
    } catch (error) {
      if (this.#session === session && this.#isFinal(error)) this.#wantsPerson = null;
    }
  }

  #passed() {
    this.#attempt = 0;
    this.#line.hurry();
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
