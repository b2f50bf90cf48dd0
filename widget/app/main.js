/**
 * Wires the chat: one view, changed only by `apply`, shown by the window, carried by the transport,
 * kept by the storage. Before the first send nothing is stored and nothing is connected.
 */

import { uuid } from "./api.js";
import { Composer } from "./composer.js";
import { apply, EMPTY, isBlocked } from "./conversation.js";
import { hearShifts, Host } from "./host.js";
import { Items } from "./items.js";
import { byId, dataBlock, onPress, textsFrom } from "./page.js";
import { parseConfig } from "./protocol.js";
import { clear, load, save } from "./storage.js";
import { Transport } from "./transport.js";
import { Window } from "./view.js";

/** @import { Extras } from "../later/extras.js" */
/** @import { Actions, Frame, FromHost, Local, Session } from "./types.js" */

class Chat {
  #t = textsFrom(dataBlock("texts"));
  #config = parseConfig(dataBlock("config"));
  #host = new Host((kind) => this.#obey(kind));
  #composer = new Composer(
    this.#t,
    (text) => this.#say(text, null),
    () => this.#typed(),
  );
  #items = new Items(
    this.#t,
    ({ question, slug }) => this.#say(question, slug),
    (key) => this.#view.state === "closed" || this.#change({ type: "again", key }),
    () => this.#leaveMessage(),
  );
  #window = new Window(this.#t, this.#items);
  #transport = new Transport(
    {
      fetch: (...call) => fetch(...call),
      openWire: (path) => new WebSocket(location.origin.replace("http", "ws") + path),
      random: Math.random,
      notice: this.#config.notice,
      language: this.#config.language,
    },
    {
      cursor: () => this.#view.cursor,
      outbox: () => this.#view.pending.filter((entry) => entry.delivery === "sending"),
      receive: (frames) => this.#receive(frames),
      reset: () => this.#change({ type: "reset" }),
      over: () => this.#over(),
      started: (session) => this.#started(session),
      connection: (up) => this.#connection(up),
    },
  );
  #view = EMPTY;
  /** @type {Extras | null} */
  #extras = null;
  #gathering = false;
  #failures = 0;
  /** @type {Session | null} */
  #session = null;
  /** @type {Session | null} that of a chat that has ended a moment ago */
  #closed = null;
  #asking = false;
  #shown = true;
  #unread = 0;

  start() {
    const plain = byId("plain", HTMLElement);
    if (this.#isElsewhere()) {
      plain.remove();
      return;
    }
    this.#window.showTopics(this.#config.topics);
    onPress("person", () => this.#askForPerson());
    onPress("hide", () => this.#hide());
    onPress("minimise", () => this.#shut(false));
    onPress("close", () => void this.#close());
    onPress("restart", () => this.#restart());
    this.#hearKeys();
    // "visibilitychange" comes up from the document; "pageshow" of a first load is none of ours.
    for (const kind of ["online", "offline", "visibilitychange"]) {
      addEventListener(kind, () => document.hidden || this.#transport.wake());
    }
    addEventListener("pageshow", ({ persisted }) => persisted && this.#transport.wake());
    this.#resume();
    // Until here nothing could be pressed or written, so nothing was lost.
    for (const control of document.querySelectorAll("[disabled]")) {
      control.removeAttribute("disabled");
    }
    plain.remove();
  }

  /** A conversation goes on in its language, whatever the page around the frame asks for. */
  #isElsewhere() {
    const kept = load()?.language ?? this.#config.language;
    for (const link of document.querySelectorAll("a[data-language]")) {
      if (!(link instanceof HTMLAnchorElement)) continue;
      // Not by the link itself: Back would lead from one language to the other.
      onPress(link, () => void this.#speak(link.href));
      if (link.dataset["language"] !== kept) continue;
      location.replace(link.href);
      return true;
    }
    return false;
  }

  /** @param {string} address of the frame in another language, if it can be reached */
  async #speak(address) {
    const found = await fetch(address).catch(() => null);
    if (found?.ok) location.replace(address);
  }

  #hearKeys() {
    hearShifts(
      () => this.#hide(),
      (presses) => this.#window.announce(this.#t(`shift.${presses}`)),
    );
    addEventListener("keydown", ({ key, isComposing }) => {
      if (key !== "Escape" || isComposing || document.querySelector("dialog[open]")) return;
      this.#shut(false);
    });
  }

  #resume() {
    const kept = load();
    if (!kept) return;
    this.#composer.draft = kept.draft;
    if (kept.session) {
      this.#window.quiet(true);
      // The session first: what is unsent belongs to it, and not to a new conversation.
      this.#session = kept.session;
      this.#transport.resume(kept.session);
    }
    for (const entry of kept.unsent) this.#change({ type: "said", ...entry });
  }

  /** @param {string} text @param {string | null} slug */
  #say(text, slug) {
    if (this.#view.state === "closed") return;
    this.#change({ type: "said", key: uuid(), at: Date.now(), text, slug });
  }

  #askForPerson() {
    if (this.#asking || this.#view.state !== "assistant") return;
    this.#asking = true;
    this.#show();
    this.#window.announce(this.#t("status.asking"));
    this.#transport.askForPerson();
  }

  #leaveMessage() {
    if (this.#view.left || this.#view.state === "staff") return;
    this.#transport.askForPerson(true);
    this.#composer.focus();
  }

  #typed() {
    if (this.#view.state === "staff") this.#transport.typing();
    this.#save();
  }

  /** @param {readonly Frame[]} frames @returns {boolean} false when events before them are missing */
  #receive(frames) {
    const { cursor } = this.#view;
    for (const frame of frames) {
      const next = apply(this.#view, frame);
      if (next === "gap") return false;
      this.#view = next;
      if (frame.type === "typing") this.#window.showTyping(frame.name !== null);
      if (frame.type === "ack") this.#window.announce(this.#t("delivery.sent"));
      if (frame.type === "nack" && frame.retryMs === null) {
        this.#window.announce(this.#t("failed"));
      }
    }
    this.#changed(cursor);
    return true;
  }

  /** @param {Local} event */
  #change(event) {
    const next = apply(this.#view, event);
    if (next === "gap") return;
    this.#view = next;
    this.#changed(next.cursor);
    void this.#transport.flush();
  }

  /** @param {number} cursor before the change */
  #changed(cursor) {
    const { items, state } = this.#view;
    const news = items.filter(({ seq, author }) => seq > cursor && author !== "visitor");
    // In the queue, or told that nobody is there.
    const answered = state !== "assistant" || news.some(({ offers }) => offers.length > 0);
    if (answered) this.#asking = false;
    if (news.length > 0) this.#window.showTyping(false);
    this.#show();
    if (items.length > 0) void this.#gather();
    if (!this.#shown && news.length > 0) {
      this.#unread += news.length;
      this.#host.tell({ cara: "unread", count: this.#unread });
    } else if (state === "staff" && news.length > 0) this.#transport.read(this.#view.cursor);
    this.#save();
    if (state !== "closed") this.#reopened();
    else if (this.#session) this.#ended();
  }

  #show() {
    this.#window.show(this.#view, this.#asking);
    this.#extras?.show(this.#view);
  }

  /** Loads what is needed only after the first message; without a network, at the next change. */
  async #gather() {
    if (this.#extras || this.#gathering) return;
    this.#gathering = true;
    const query = this.#failures > 0 ? `?${this.#failures}` : "";
    try {
      const { gather } = await import(`../later/extras.js${query}`);
      this.#extras = await gather(query, this.#config, this.#actions());
      this.#extras?.show(this.#view);
    } catch {
      this.#failures += 1;
    }
    this.#gathering = false;
  }

  /** @returns {Actions} */
  #actions() {
    return {
      change: (event) => this.#change(event),
      wish: (name, wish) => this.#transport.wish(name, wish),
      person: () => this.#askForPerson(),
      write: () => this.#composer.focus(),
      end: () => this.#end(),
      announce: (sentence) => this.#window.announce(sentence),
      reveal: (added) => this.#window.reveal(added),
      read: () => this.#window.focus(),
      line: (key) => this.#window.line(key),
    };
  }

  #save() {
    const { items, pending, state } = this.#view;
    const begun = this.#session ?? (this.#composer.draft || items[0] || pending[0]);
    this.#window.showLanguages(!begun);
    const unsent = pending.filter((entry) => entry.delivery !== "sent");
    // An ended chat must not be found again; one that never began is kept once it was to be sent.
    if (state === "closed" || !(this.#session ?? unsent[0])) return;
    const { language } = this.#config;
    save({ session: this.#session, language, draft: this.#composer.draft, unsent });
  }

  /** @param {Session} session */
  #started(session) {
    this.#session = session;
    this.#save();
  }

  /** The chat is over: it can be read until it is closed, but not be found on the device again. */
  #ended() {
    const session = this.#session;
    // Who is blocked finds the end of this chat, and no new one, until then.
    if (!isBlocked(this.#view)) this.#forget();
    this.#closed = session;
    this.#transport.restSoon();
    this.#showEnd(true);
  }

  /** Somebody of the team has taken their closing back. */
  #reopened() {
    if (!this.#closed) return;
    this.#session = this.#closed;
    this.#closed = null;
    this.#transport.goOn();
    this.#showEnd(false);
    this.#save();
  }

  #over() {
    this.#forget();
    this.#window.quiet(false);
    // What nothing was read of starts afresh: what was written goes into a new chat.
    if (this.#view.items.length === 0) {
      this.#save();
      void this.#transport.flush();
    } else {
      this.#change({ type: "over" });
      this.#showEnd(true);
    }
  }

  #forget() {
    this.#session = this.#closed = null;
    clear();
    this.#connection(true);
  }

  /** @param {boolean} ended */
  #showEnd(ended) {
    const focused = this.#composer.show(!ended);
    byId("ended", HTMLElement).hidden = !ended || isBlocked(this.#view);
    if (ended && focused) byId("restart", HTMLButtonElement).focus();
  }

  #restart() {
    const unsent = this.#view.pending.filter((entry) => entry.delivery === "failed");
    const draft = [...unsent.map((entry) => entry.text), this.#composer.draft];
    this.#reset();
    this.#composer.draft = draft.join("\n").trim();
    this.#composer.focus();
  }

  #reset() {
    this.#forget();
    this.#transport.stop();
    this.#view = EMPTY;
    this.#asking = false;
    this.#composer.draft = "";
    this.#show();
    this.#save();
    this.#showEnd(false);
  }

  /** Asks before a place with the team, or a word that was not sent, is given up. */
  async #close() {
    const { state, pending } = this.#view;
    const unsent = pending.some(({ delivery }) => delivery !== "sent");
    const written = unsent || this.#composer.draft.trim() !== "";
    const place = state === "waiting" || state === "staff";
    if (written || place) await this.#gather();
    if (this.#extras && (written || place)) this.#extras.ask({ written, place });
    // Where nobody can be asked it is put away, and no word is lost.
    else if (written) this.#shut(false);
    else this.#end();
  }

  /** Ends it, and leaves no word of it on the screen. Somebody of the team spoke: did it help? */
  #end() {
    if (isBlocked(this.#view)) return this.#shut(false);
    const { items, state } = this.#view;
    const asks = state === "staff" && this.#extras && items.some(({ author }) => author === "staff");
    this.#transport.end(false);
    this.#composer.draft = "";
    if (asks) {
      this.#change({ type: "parted" });
      return;
    }
    this.#reset();
    this.#shut(true);
  }

  /** @param {boolean} ended */
  #shut(ended) {
    this.#host.tell({ cara: "shut", ended });
  }

  #hide() {
    this.#blank();
    this.#host.leave(this.#config.exit);
  }

  /** First blank, then forget here, then have it forgotten there; nothing waits for the network. */
  #blank() {
    this.#gathering = true; // whatever is on its way comes too late
    document.body.replaceChildren();
    this.#view = EMPTY;
    this.#extras = null;
    this.#session = null;
    clear();
    this.#transport.end(true);
  }

  /** @param {FromHost} kind */
  #obey(kind) {
    if (kind === "leave") this.#blank();
    this.#shown = kind === "open";
    if (!this.#shown) return;
    this.#unread = 0;
    // Who was quicker than the page already writes.
    if (this.#composer.focused) return;
    if (this.#view.items.length === 0) byId("title", HTMLElement).focus();
    else if (matchMedia("(pointer: fine)").matches) this.#composer.focus();
    else this.#window.focus();
  }

  /** @param {boolean} up */
  #connection(up) {
    this.#window.showConnection(up);
    // Not before what has just been added is in the page.
    if (up) setTimeout(() => this.#window.quiet(false));
  }
}

new Chat().start();
