/**
 * Keeps what is typed in the editor of an entry on the service, and shows it as visitors will read it.
 * The service draws the preview and measures the reading age; without this the form does the same when
 * it is sent. Nothing is kept in the browser.
 */

const WAIT_MS = 700;
const AGAIN_MS = 5_000;

/** @typedef {{ version: number, overtaken: boolean, html: string, age: number, longest: string, wrong: Record<string, string> }} Kept */

class Editor {
  #form;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #sending = false;
  #changed = false;
  #stopped = false;

  /** @param {HTMLFormElement} form */
  constructor(form) {
    this.#form = form;
    form.addEventListener("input", () => this.#typed(WAIT_MS));
    // What is sent as a form is kept by that.
    form.addEventListener("submit", () => {
      this.#stopped = true;
      clearTimeout(this.#timer);
    });
    element("asked").addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.isComposing) return;
      event.preventDefault();
      element("ask").click();
    });
    // Whoever comes back by the browser's own button finds the form as it was, and goes on.
    addEventListener("pageshow", ({ persisted }) => persisted && location.reload());
    document.addEventListener("visibilitychange", () => {
      if (document.hidden && this.#changed) void this.#keep();
    });
  }

  /** @param {number} wait */
  #typed(wait) {
    if (!this.#changed) this.#say(this.#words("saving"));
    this.#changed = true;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#keep(), wait);
  }

  async #keep() {
    if (this.#stopped || this.#sending) return;
    clearTimeout(this.#timer);
    this.#sending = true;
    this.#changed = false;
    const answer = await this.#send();
    this.#sending = false;
    if (this.#stopped) return;
    if (answer?.ok) this.#show(await answer.json());
    else await this.#refused(answer);
    if (this.#changed && !this.#stopped) this.#typed(WAIT_MS);
  }

  async #send() {
    const body = new URLSearchParams();
    for (const [name, value] of new FormData(this.#form)) body.append(name, String(value));
    const headers = { accept: "application/json" };
    // Whoever closes the page has what was typed last kept as well.
    const keepalive = document.hidden;
    const redirect = /** @type {const} */ ("error");
    const asked = { method: "POST", body, headers, redirect, keepalive };
    return fetch(this.#words("draft"), asked).catch(() => null);
  }

  /** @param {Response | null} answer */
  async #refused(answer) {
    if (answer && answer.status < 500) {
      // Another window has this draft now: what stands here must not write over it.
      const told = await answer.json().catch(() => null);
      this.#alert(told?.error?.message ?? this.#words("lost"));
      this.#stopped = true;
      return;
    }
    this.#say(this.#words("lost"));
    this.#typed(AGAIN_MS);
  }

  /** @param {Kept} kept */
  #show({ version, overtaken, html, age, longest, wrong }) {
    const field = this.#form.elements.namedItem("version");
    if (field instanceof HTMLInputElement) field.value = String(version);
    // Drawn and cleaned by the service, as it is for visitors.
    const drawn = new DOMParser().parseFromString(html, "text/html");
    element("as-read").replaceChildren(...drawn.body.childNodes);
    element("age").textContent = String(age);
    element("longest").hidden = !longest;
    element("longest-words").textContent = longest;
    for (const place of this.#form.querySelectorAll("[data-field]")) {
      if (place instanceof HTMLElement) mark(place, wrong[place.dataset["field"] ?? ""] ?? "");
    }
    this.#alert(overtaken ? this.#words("overtaken") : "");
    if (!this.#changed) this.#say(this.#words("saved"));
  }

  /** @param {string} sentence */
  #say(sentence) {
    element("kept").textContent = sentence;
  }

  /** @param {string} sentence empty when all is well */
  #alert(sentence) {
    const place = element("trouble");
    place.textContent = sentence;
    place.hidden = !sentence;
  }

  /** @param {string} name */
  #words(name) {
    return this.#form.dataset[name] ?? "";
  }
}

/** @param {HTMLElement} place a field @param {string} sentence why it cannot be published, or nothing */
function mark(place, sentence) {
  const wrong = place.querySelector(".wrong");
  const words = wrong?.querySelector("span");
  const field = place.querySelector("input, textarea");
  if (!(wrong instanceof HTMLElement) || !words || !field) return;
  words.textContent = sentence;
  wrong.hidden = !sentence;
  if (sentence) field.setAttribute("aria-invalid", "true");
  else field.removeAttribute("aria-invalid");
}

/** @param {string} id @returns {HTMLElement} */
function element(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`The page has no #${id}`);
  return found;
}

const editor = document.getElementById("editor");
if (editor instanceof HTMLFormElement) new Editor(editor);
