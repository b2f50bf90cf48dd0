/**
 * An open conversation: adds the lines that the service draws, sends the forms, keeps a draft, and
 * shows who else is here. A reply that comes too late is offered again, with what is new above it.
 */

import { Colleagues } from "./colleagues.js";
import { Words } from "./words.js";

/** @import { Frame } from "./line.js" */

const DRAFT_MS = 800;
const TYPING_MS = 2_500;
const VIEWING_MS = 10_000;
const NEAR_PX = 80;

export class Thread {
  #address;
  #words;
  #send;
  #list = element("thread");
  #reply = form("reply-form");
  #field = field("reply");
  #colleagues;
  #typedAt = 0;
  #shown = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #draftTimer;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #typingTimer;
  position = 0;

  /** @param {string} chat @param {DOMStringMap} words @param {(frame: object) => void} send */
  constructor(chat, words, send) {
    this.#address = `/console/chats/${chat}`;
    this.#words = words;
    this.#colleagues = new Colleagues(words);
    this.#send = send;
    this.position = Number(element("chat-head").dataset["position"]);
    this.#shown = this.#newest();
    this.#list.scrollTop = this.#list.scrollHeight;
    document.addEventListener("submit", (event) => void this.#submit(event));
    new Words(this.#field, element("words"));
    this.#field.addEventListener("input", () => this.#typed());
    this.#field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.#reply.requestSubmit();
    });
    setInterval(() => document.hidden || this.#send({ type: "viewing" }), VIEWING_MS);
    document.addEventListener("visibilitychange", () => this.#read());
  }

  /** @param {Frame} frame */
  hear(frame) {
    if (frame.type === "event") this.#add(frame);
    else if (frame.type === "presence") this.#colleagues.see(frame);
    else if (frame.type === "read") this.#showRead(frame.seq ?? 0);
    else if (frame.type === "typing" && frame.author === "visitor") this.#showTyping();
  }

  /** @param {string} sentence empty when all is well */
  trouble(sentence) {
    const place = element("trouble");
    place.textContent = sentence;
    place.hidden = !sentence;
  }

  /** @param {Frame} frame */
  #add({ position = 0, html = "" }) {
    if (position <= this.position) return;
    this.position = position;
    const { scrollTop, scrollHeight, clientHeight } = this.#list;
    const following = scrollHeight - clientHeight - scrollTop < NEAR_PX;
    // Drawn by the service with the page's own template, and escaped there.
    const drawn = new DOMParser().parseFromString(`<ol>${html}</ol>`, "text/html");
    element("lines").append(...drawn.querySelectorAll("li.line"));
    element("typing").textContent = "";
    this.#showRead(0);
    if (following) this.#list.scrollTop = this.#list.scrollHeight;
    this.#read();
    void this.#lookAtHead();
  }

  /** What is on the screen has been seen, so a reply may follow it. */
  #read() {
    if (document.hidden) return;
    const newest = this.#newest();
    if (newest <= this.#shown) return;
    this.#shown = newest;
    this.#send({ type: "read", seq: newest });
  }

  #newest() {
    const lines = this.#list.querySelectorAll("[data-seq]:not(.fact)");
    const last = lines[lines.length - 1];
    return last instanceof HTMLElement ? Number(last.dataset["seq"]) : 0;
  }

  async #lookAtHead() {
    const answer = await fetch(`${this.#address}/head`, { redirect: "error" }).catch(() => null);
    if (!answer?.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById("chat-head");
    const old = element("chat-head");
    // A list that is open in somebody's hand is not taken away.
    const same = old.dataset["state"] === fresh?.dataset["state"];
    if (!fresh || (same && old.contains(document.activeElement))) return;
    old.replaceWith(fresh);
    this.#reply.hidden = fresh.dataset["charge"] !== "true";
    this.#colleagues.show();
  }

  /** @param {SubmitEvent} event */
  async #submit(event) {
    const sent = event.target;
    if (!(sent instanceof HTMLFormElement) || !sent.action.includes(this.#address)) return;
    event.preventDefault();
    const data = new FormData(sent);
    if (sent === this.#reply) {
      if (!this.#field.value.trim()) return;
      data.set("seen", String(this.#shown));
      clearTimeout(this.#draftTimer);
    }
    const answer = await this.#post(sent.action, data);
    if (!answer) return;
    for (const area of sent.querySelectorAll("textarea")) area.value = "";
    if (sent === this.#reply) this.#nextReply();
    else void this.#lookAtHead();
  }

  /** @param {string} address @param {FormData} data @returns {Promise<boolean>} it was done */
  async #post(address, data) {
    const body = new URLSearchParams();
    for (const [name, value] of data) body.append(name, String(value));
    const headers = { accept: "application/json" };
    const asked = { method: "POST", body, headers, redirect: /** @type {const} */ ("error") };
    const answer = await fetch(address, asked).catch(() => null);
    if (answer?.ok) {
      this.trouble("");
      return true;
    }
    const error = await answer?.json().catch(() => null);
    this.trouble(error?.error?.message ?? this.#words["lost"] ?? "");
    this.#read();
    return false;
  }

  #nextReply() {
    const id = this.#reply.elements.namedItem("client_id");
    if (id instanceof HTMLInputElement) id.value = uuid();
    this.#field.focus();
  }

  #typed() {
    const now = Date.now();
    if (now - this.#typedAt > TYPING_MS) {
      this.#typedAt = now;
      this.#send({ type: "typing" });
    }
    clearTimeout(this.#draftTimer);
    this.#draftTimer = setTimeout(() => void this.#keepDraft(), DRAFT_MS);
  }

  async #keepDraft() {
    const body = new URLSearchParams({ text: this.#field.value });
    const headers = { accept: "application/json" };
    await fetch(`${this.#address}/draft`, { method: "POST", body, headers }).catch(() => null);
  }

  /** @param {number} seq up to which the visitor has seen it; it counts while staff wrote last */
  #showRead(seq) {
    const place = element("read");
    const read = Math.max(seq, Number(place.dataset["read"]));
    place.dataset["read"] = String(read);
    const said = this.#list.querySelectorAll(".line:not(.fact, .note)");
    const last = said[said.length - 1];
    const ours = last instanceof HTMLElement && last.matches(".staff");
    const seen = ours && Number(last.dataset["seq"]) <= read;
    place.textContent = seen ? (place.dataset["words"] ?? "") : "";
  }

  #showTyping() {
    const place = element("typing");
    place.textContent = this.#words["typing"] ?? "";
    clearTimeout(this.#typingTimer);
    this.#typingTimer = setTimeout(() => (place.textContent = ""), 2 * TYPING_MS);
  }
}

/** @returns {string} version 4; `randomUUID` exists on secure pages only */
function uuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4}).(.{3}).(.{3})/, "$1-$2-4$3-8$4-");
}

/** @param {string} id @returns {HTMLElement} */
function element(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`The page has no #${id}`);
  return found;
}

/** @param {string} id @returns {HTMLFormElement} */
function form(id) {
  const found = element(id);
  if (!(found instanceof HTMLFormElement)) throw new Error(`#${id} is no form`);
  return found;
}

/** @param {string} id @returns {HTMLTextAreaElement} */
function field(id) {
  const found = element(id);
  if (!(found instanceof HTMLTextAreaElement)) throw new Error(`#${id} is no field`);
  return found;
}
