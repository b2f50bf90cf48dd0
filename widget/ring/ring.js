/**
 * Asking to be rung, inside the chat: one question at a time, each can be gone back to, most can be
 * skipped. The way out stays where it is; nothing is kept on the device, and closing forgets nothing
 * until the chat ends.
 */

import { button, byId, el, textsFrom } from "../app/page.js";
import { load } from "../app/storage.js";
import { ask, freeTimes, newId, words } from "./calls.js";
import { field } from "./fields.js";
import { asked, body, missing, numberIn } from "./steps.js";

/** @import { Actions, Config, Texts, View } from "../app/types.js" */
/** @import { Answers, Slot, Step } from "./types.js" */

/** Questions with a line that says more. */
const HINTED = new Set(["name", "phone", "slots", "safe_to_call", "say_instead", "email", "language", "note", "police_area", "arrested_on"]);

/** @param {string} query @param {Config} config @param {Actions} actions */
export async function prepare(query, config, actions) {
  const link = el("link", "");
  link.rel = "stylesheet";
  link.href = new URL(`ring.css${query}`, import.meta.url).href;
  const dressed = new Promise((done, fail) => Object.assign(link, { onload: done, onerror: fail }));
  document.head.append(link);
  const [sentences] = await Promise.all([words(config.language), dressed]);
  return new Ring(textsFrom(sentences, "callback"), config, actions);
}

export class Ring {
  #t;
  #language;
  #actions;
  #section = el("section", "ring");
  #clientId = newId();
  /** @type {Answers} */
  #given = {};
  /** @type {readonly Slot[]} */
  #slots = [];
  #key = "";
  /** The question was opened from the list at the end, and leads back there. */
  #editing = false;
  #busy = false;

  /** @param {Texts} t @param {Config} config @param {Actions} actions */
  constructor(t, { language }, actions) {
    this.#t = t;
    this.#language = language;
    this.#actions = actions;
    this.#section.setAttribute("aria-labelledby", "ring-question");
    this.#section.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      this.#close();
    });
    byId("composer", HTMLFormElement).before(this.#section);
  }

  /** @param {View} view */
  open({ items }) {
    if (!this.#given["phone"]) this.#given = { ...this.#given, phone: numberIn(items) };
    document.body.toggleAttribute("data-ring", true);
    if (this.#key === "end") this.#review();
    else this.#ask(this.#key || "caller");
  }

  #close() {
    document.body.removeAttribute("data-ring");
    this.#actions.read();
  }

  /** The chat is gone, and with it what was answered. */
  forget() {
    document.body.removeAttribute("data-ring");
    this.#section.replaceChildren();
    this.#begin();
  }

  #begin() {
    this.#key = "";
    this.#given = {};
    this.#editing = false;
    this.#clientId = newId();
  }

  /** @param {string} key @param {string} [wrong] why the answer cannot be used */
  #ask(key, wrong = "") {
    const steps = asked(this.#given);
    const at = Math.max(0, steps.findIndex((step) => step.key === key));
    const step = /** @type {Step} */ (steps[at]);
    this.#key = step.key;
    if (step.kind === "times" && this.#slots.length === 0) {
      void this.#look(wrong);
      return;
    }
    const { elements, read } = field(step, this.#given, this.#t, this.#slots);
    const heading = this.#heading(this.#t(step.key));
    const hint = el("p", "hint", HINTED.has(step.key) ? this.#t(`${step.key}.hint`) : "");
    const why = el("p", "wrong", wrong);
    hint.id = "ring-hint";
    why.id = "ring-wrong";
    const form = el("form", "", el("div", "answers", ...elements));
    form.noValidate = true;
    this.#describe(form, step, Boolean(wrong));
    const next = el("button", "primary", this.#t("next"));
    next.type = "submit";
    const row = el("p", "steps");
    if (at > 0) row.append(button(this.#t("back"), "quiet", () => this.#ask(steps[at - 1]?.key ?? "")));
    if (!step.needed) row.append(button(this.#t("skip"), "quiet", () => this.#go(step, "")));
    row.append(next);
    form.append(row);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#check(step, read());
    });
    const count = this.#t("step", { n: `${at + 1}`, of: `${steps.length}` });
    this.#fill(el("p", "count", count), heading, hint, why, form);
    if (wrong) this.#actions.announce(wrong);
  }

  /** @param {HTMLFormElement} form @param {Step} step @param {boolean} wrong */
  #describe(form, { kind }, wrong) {
    const about = "ring-hint ring-wrong";
    const one = kind === "text" || kind === "lines" ? form.querySelector("input, textarea") : null;
    const named = one ?? form.querySelector(".answers");
    named?.setAttribute("aria-labelledby", "ring-question");
    named?.setAttribute("aria-describedby", about);
    if (one) one.setAttribute("aria-invalid", String(wrong));
    else named?.setAttribute("role", "group");
  }

  /** @param {Step} step @param {string | readonly string[]} answer */
  #check(step, answer) {
    if (step.needed && answer.length === 0) this.#ask(step.key, this.#t("missing"));
    else if (step.key === "safe_to_call" && answer === "no") {
      this.#given = { ...this.#given, safe_to_call: "" };
      this.#ask(step.key, this.#t("safe_to_call.hint"));
    } else this.#go(step, answer);
  }

  /** @param {Step} step @param {string | readonly string[]} answer */
  #go(step, answer) {
    this.#given = { ...this.#given, [step.key]: answer };
    if (step.key === "caller") this.#slots = [];
    const steps = asked(this.#given);
    const following = steps[steps.findIndex(({ key }) => key === step.key) + 1];
    if (!following || (this.#editing && !missing(this.#given))) this.#review();
    else this.#ask(following.key);
  }

  /** @param {string} wrong */
  async #look(wrong) {
    try {
      this.#slots = await freeTimes(`${this.#given["caller"] || "cautioned"}`, this.#language);
    } catch {
      this.#say(this.#t("failed"));
      return;
    }
    if (this.#slots.length > 0) this.#ask("slots", wrong);
    else this.#say(this.#t("none_free"));
  }

  /** Everything that was answered, to be looked over; each answer can be changed. */
  #review(wrong = "") {
    const needed = missing(this.#given);
    if (needed) {
      this.#ask(needed.key, this.#t("missing"));
      return;
    }
    this.#key = "end";
    this.#editing = true;
    const rows = asked(this.#given).map((step) => {
      const edit = button(this.#t("edit"), "quiet", () => this.#ask(step.key));
      edit.append(el("span", "unseen", `: ${this.#t(step.key)}`));
      return el("div", "", el("dt", "", this.#t(step.key)), el("dd", "", this.#shown(step), edit));
    });
    const send = button(this.#t("send"), "primary", () => void this.#send());
    const why = el("p", "wrong", wrong);
    const close = button(this.#t("close"), "quiet", () => this.#close());
    this.#fill(this.#heading(this.#t("review")), why, el("dl", "", ...rows), el("p", "steps", close, send));
    if (wrong) this.#actions.announce(wrong);
  }

  /** @param {Step} step @returns {string} an answer as it is read */
  #shown({ key, kind, options }) {
    const given = this.#given[key] ?? "";
    if (kind === "yes") return this.#t(given === "yes" ? "yes" : "no");
    if (given.length === 0) return this.#t("nothing");
    if (kind === "times") return this.#slots.filter(({ start }) => given.includes(`${start}`)).map(({ label }) => label).join("; ");
    if (options) return [given].flat().map((one) => this.#t(`${key}.${one}`)).join(", ");
    return `${given}`;
  }

  async #send() {
    if (this.#busy) return;
    this.#busy = true;
    // Where nothing can be kept on the device, the request stands for itself.
    const session = load()?.session ?? null;
    const about = { conversation: session?.id ?? null, clientId: this.#clientId };
    try {
      const sent = await ask(body(this.#given, about), session, this.#language);
      if (sent.kind === "made") this.#thank(sent);
      else if (sent.kind === "taken") {
        this.#slots = [];
        this.#ask("slots", sent.why);
      } else if (sent.kind === "failed") this.#review(sent.why || this.#t("failed"));
      else this.#ask(Object.keys(sent.fields)[0] ?? "caller", Object.values(sent.fields)[0]);
    } catch {
      this.#review(this.#t("failed"));
    }
    this.#busy = false;
  }

  /** @param {{ reference: string, secret: string, label: string }} made */
  #thank({ reference, secret, label }) {
    const receipt = [["reference", reference], ["secret", secret]].map(([key = "", value = ""]) =>
      el("div", "", el("dt", "", this.#t(`done.${key}`)), el("dd", "", el("code", "", value))),
    );
    const facts = ["first", "voicemail", "tries"].map((key) => el("li", "", this.#t(`done.${key}`)));
    this.#fill(
      this.#heading(this.#t("done.title")),
      el("p", "", el("strong", "", this.#t("done.when", { when: label }))),
      el("dl", "receipt", ...receipt),
      el("p", "", this.#t("done.once")),
      el("ul", "lines", ...facts),
      el("p", "steps", button(this.#t("close"), "primary", () => this.#close())),
    );
    this.#begin();
  }

  /** @param {string} sentence */
  #say(sentence) {
    const close = button(this.#t("close"), "primary", () => this.#close());
    this.#fill(this.#heading(sentence), el("p", "steps", close));
  }

  /** @param {string} sentence */
  #heading(sentence) {
    const heading = el("h2", "", sentence);
    heading.id = "ring-question";
    heading.tabIndex = -1;
    return heading;
  }

  /** @param {...HTMLElement} content whose heading gets the focus, so that it is read out */
  #fill(...content) {
    const close = button(this.#t("close"), "quiet shut", () => this.#close());
    this.#section.replaceChildren(close, ...content);
    this.#section.scrollTop = 0;
    content.find(({ tagName }) => tagName === "H2")?.focus();
  }
}
