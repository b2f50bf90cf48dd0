/**
 * The lists beside every conversation: fetched whole and put in place, with the focus where it was.
 * How much is new stands in the title, as a number and never a word.
 */

const EVERY_MS = 30_000;
const ICON = "/static/favicon.svg";

export class Lists {
  #chat;
  #title = document.title;
  #looking = false;
  #again = false;

  /** @param {string} chat the one that is open */
  constructor(chat) {
    this.#chat = chat;
    this.#count();
    // Waiting times grow without any event.
    setInterval(() => document.hidden || void this.look(), EVERY_MS);
  }

  async look() {
    if (this.#looking) {
      this.#again = true;
      return;
    }
    this.#looking = true;
    try {
      const query = new URLSearchParams(location.search);
      query.set("chat", this.#chat);
      const answer = await fetch(`/console/lists?${query}`, { redirect: "error" });
      if (answer.ok) this.#put(await answer.text());
    } catch {
      // The line tells that the network is gone, and asks again when it is back.
    } finally {
      this.#looking = false;
    }
    if (!this.#again) return;
    this.#again = false;
    await this.look();
  }

  /** @param {string} html */
  #put(html) {
    const old = document.getElementById("lists");
    const fresh = new DOMParser().parseFromString(html, "text/html").getElementById("lists");
    if (!old || !fresh) return;
    // Who is filling in the search keeps what is typed.
    const form = old.querySelector(".filter");
    if (form) fresh.querySelector(".filter")?.replaceWith(form);
    const focused = document.activeElement;
    const href = focused instanceof HTMLAnchorElement ? focused.getAttribute("href") : null;
    const inside = old.contains(focused);
    old.replaceWith(fresh);
    if (inside && href) {
      const same = fresh.querySelector(`a[href="${CSS.escape(href)}"]`);
      if (same instanceof HTMLElement) same.focus({ preventScroll: true });
    }
    this.#count();
  }

  #count() {
    const count = Number(document.getElementById("lists")?.dataset["unread"] ?? 0);
    document.title = count ? `(${count}) ${this.#title}` : this.#title;
    const icon = document.querySelector('link[rel="icon"]');
    if (icon instanceof HTMLLinkElement) icon.href = count ? numbered(count) : ICON;
  }
}

/** @param {number} count @returns {string} an icon for the tab that is this number */
function numbered(count) {
  const shown = count > 99 ? "99" : String(count);
  return `data:image/svg+xml,${encodeURIComponent(
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><circle cx="16" cy="16" r="16" fill="#a61b2b"/>` +
      `<text x="16" y="23" font-family="sans-serif" font-size="20" font-weight="bold" text-anchor="middle" fill="#fff">${shown}</text></svg>`,
  )}`;
}
