/**
 * Every HTTP call of the widget, and how long to wait before the next try. The token travels in a
 * header, never in an address or a cookie.
 */

import { json, parseCreated, parsePage, record, whole } from "./protocol.js";

/** @import { Means, Session, Wish } from "./types.js" */

export const BASE = "/api/v1/conversations";
const TIMEOUT_MS = 15_000;
const FIRST_MS = 500;
const MOST_MS = 30_000;
const RESTART_SPREAD_MS = 5_000;
const SLOW_DOWN_MS = 5_000;

/** Close codes of the service; 0 is our own, for a line that was given up. */
export const CLOSE = {
  silent: 0,
  restart: 1012,
  slowReader: 1013,
  over: 4401,
  forbidden: 4403,
  slowDown: 4429,
};

/**
 * Full jitter: after a restart of the service its visitors must not come back in one moment.
 * @param {number} attempt 0 for the first try after a failure @param {() => number} random
 */
export function backoff(attempt, random) {
  return random() * Math.min(MOST_MS, FIRST_MS * 2 ** attempt);
}

/**
 * @param {number} code @param {number} attempt @param {() => number} random
 * @returns {number | null} milliseconds until the next try; null for never
 */
export function delayAfter(code, attempt, random) {
  const delay = backoff(attempt, random);
  if (code === CLOSE.over || code === CLOSE.forbidden) return null;
  if (code === CLOSE.slowDown) return SLOW_DOWN_MS + delay;
  if (code === CLOSE.restart && attempt === 0) return random() * RESTART_SPREAD_MS;
  return code === CLOSE.slowReader && attempt === 0 ? 0 : delay;
}

/** The service refused, or was not reached (status 0). */
export class ApiError extends Error {
  /** @param {number} status @param {number | null} retryMs what `Retry-After` asks for */
  constructor(status, retryMs = null) {
    super(`The service answered ${status}`);
    this.name = "ApiError";
    this.status = status;
    this.retryMs = retryMs;
    /** The same call may succeed later. */
    this.passing = status === 0 || status === 429 || status >= 500;
  }
}

export class Api {
  #fetch;

  /** @param {typeof globalThis.fetch} fetch */
  constructor(fetch) {
    this.#fetch = fetch;
  }

  /** @param {Pick<Means, "notice" | "language">} seen */
  async create({ notice, language }) {
    const body = { notice, language };
    return expected(parseCreated(await this.#call("POST", "", null, body)));
  }

  /** Outlives the page, which may be gone in a moment. @param {Session} session @param {Wish} wish */
  async ask(session, { method, path, body }) {
    return record(await this.#call(method, `/${session.id}/${path}`, session, body, null, true));
  }

  /**
   * Stores a message. A hotel's login page answers 200 as well: only a seq proves that it is stored.
   * @param {Session} session @param {"messages" | "choice"} path @param {object} body
   */
  async store(session, path, body) {
    return expected(whole((await this.ask(session, { method: "POST", path, body }))["seq"]));
  }

  /** @param {Session} session @param {number} after @param {number} wait s @param {AbortSignal} end */
  async events(session, after, wait, end) {
    const path = `/${session.id}/events?after=${after}&wait=${wait}`;
    return expected(parsePage(await this.#call("GET", path, session, null, end)));
  }

  /**
   * Ends the chat, or ends and forgets it, without waiting: the page may be gone in a moment.
   * @param {Session} session @param {boolean} forget
   */
  end(session, forget) {
    const init = forget ? request("DELETE", session, null) : request("POST", session, {});
    const path = `${BASE}/${session.id}${forget ? "" : "/close"}`;
    this.#fetch(path, { ...init, keepalive: true }).catch(() => undefined);
  }

  /**
   * @param {string} method @param {string} path @param {Session | null} session
   * @param {object | null} body @param {AbortSignal | null} [end] @param {boolean} [keepalive]
   */
  async #call(method, path, session, body, end, keepalive = false) {
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), end ? 3 * TIMEOUT_MS : TIMEOUT_MS);
    end?.addEventListener("abort", () => abort.abort());
    try {
      const init = { ...request(method, session, body), keepalive, signal: abort.signal };
      const response = await this.#fetch(BASE + path, init);
      if (response.ok) return json(await response.text());
      throw new ApiError(response.status, retryAfter(response));
    } catch (error) {
      throw error instanceof ApiError ? error : new ApiError(0);
    } finally {
      clearTimeout(timer);
    }
  }
}

/** @template T @param {T | null} value @returns {T} */
function expected(value) {
  if (value === null) throw new ApiError(0);
  return value;
}

/** @param {string} method @param {Session | null} session @param {object | null} body */
function request(method, session, body) {
  /** @type {RequestInit & { headers: Record<string, string> }} */
  const init = {
    method,
    headers: {},
    cache: "no-store",
    credentials: "omit",
    referrerPolicy: "no-referrer",
  };
  if (session) init.headers["Authorization"] = `Bearer ${session.token}`;
  if (!body) return init;
  init.headers["Content-Type"] = "application/json";
  return { ...init, body: JSON.stringify(body) };
}

/** @param {Response} response @returns {number | null} milliseconds */
function retryAfter(response) {
  const seconds = Number.parseInt(response.headers.get("Retry-After") ?? "", 10);
  return Number.isNaN(seconds) ? null : seconds * 1000;
}

/** @returns {string} version 4; `randomUUID` exists on secure pages only */
export function uuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4}).(.{3}).(.{3})/, "$1-$2-4$3-8$4-");
}
