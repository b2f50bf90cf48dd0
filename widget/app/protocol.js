/**
 * The one door through which unknown data comes in. A kind that this version does not know keeps
 * its seq, so the cursor still moves and an old widget survives a newer service.
 */

/** @import { Author, Config, Created, Frame, Kept, LogEvent, Page, Signal, State } from "./types.js" */

const AUTHORS = ["visitor", "assistant", "staff", "system"];
const STATES = ["assistant", "waiting", "staff", "closed"];
const SIGNALS = ["ack", "nack", "live", "pong", "typing", "presence", "queue", "error"];

/** @param {unknown} raw @returns {Frame | null} null for what is no frame at all */
export function parseFrame(raw) {
  const data = record(raw);
  const type = text(data["type"]);
  if (!type) return null;
  // A damaged signal may carry a seq too; read as an event it would move the cursor.
  return SIGNALS.includes(type) ? parseSignal(type, data) : parseEvent(type, data);
}

/** @param {unknown} raw the text of a socket frame, or the `events` of a page */
export function parseFrames(raw) {
  return list(typeof raw === "string" ? json(raw) : raw).flatMap((item) => parseFrame(item) ?? []);
}

/** @param {unknown} raw @returns {Created | null} */
export function parseCreated(raw) {
  const data = record(raw);
  const session = parseSession(data);
  return session && { session, events: parseFrames(data["events"]) };
}

/** @param {unknown} raw @returns {Page | null} */
export function parsePage(raw) {
  const data = record(raw);
  if (!Array.isArray(data["events"])) return null;
  const queue = data["queue"] ? parseFrames([{ ...record(data["queue"]), type: "queue" }]) : [];
  return { events: [...parseFrames(data["events"]), ...queue], epoch: text(data["epoch"]) };
}

/** @param {unknown} raw what the tab has kept over a reload @returns {Kept | null} */
export function parseKept(raw) {
  const data = record(raw);
  const session = parseSession(data);
  const unsent = list(data["unsent"]).flatMap((item) => {
    const { key, at, text: said, slug } = record(item);
    if (!text(key) || !text(said)) return [];
    return [{ key: `${key}`, at: whole(at) ?? 0, text: `${said}`, slug: text(slug) }];
  });
  const language = text(data["language"]) ?? "";
  if (!session && unsent.length === 0) return null;
  return { session, language, draft: text(data["draft"]) ?? "", unsent };
}

/** @param {unknown} raw @returns {Config} */
export function parseConfig(raw) {
  const data = record(raw);
  return {
    exit: text(data["exit"]) ?? "https://www.bbc.co.uk/weather",
    notice: text(record(data["notice"])["version"]) ?? "",
    language: text(data["language"]) ?? "",
    phone: text(data["phone"]) ?? "",
    later: text(data["later"]) ?? "",
    topics: parseOptions(data["topics"]),
  };
}

/** @param {Record<string, unknown>} data */
function parseSession(data) {
  const id = text(data["id"]);
  const token = text(data["token"]);
  return id && token ? { id, token, epoch: text(data["epoch"]) } : null;
}

/** @param {string} type @param {Record<string, unknown>} data @returns {Signal | null} */
function parseSignal(type, data) {
  const clientId = text(data["client_id"]);
  const seq = whole(data["seq"]);
  switch (type) {
    case "ack":
      return clientId ? { type, clientId } : null;
    case "nack":
      return clientId ? { type, clientId, retryMs: whole(data["retry_ms"]) } : null;
    case "live":
      return seq === null ? null : { type, seq, epoch: text(data["epoch"]) };
    case "typing":
      return { type, name: text(data["name"]) };
    case "queue":
      return {
        type,
        position: whole(data["position"]) ?? 0,
        open: data["chat"] !== "closed",
        opensAt: whole(data["opens_at"]),
        waitMs: whole(data["wait_ms"]),
      };
    case "pong":
      return { type };
    default:
      return null;
  }
}

/** @param {string} type @param {Record<string, unknown>} data @returns {LogEvent | null} */
function parseEvent(type, data) {
  const seq = whole(data["seq"]);
  if (!seq) return null;
  const place = { seq, at: whole(data["at"]) ?? 0 };
  const name = text(data["name"]);
  if (type === "message" && isOne(AUTHORS, data["author"]) && typeof data["text"] === "string") {
    const author = /** @type {Author} */ (data["author"]);
    return {
      type,
      ...place,
      author,
      name,
      text: data["text"],
      html: text(data["html"]),
      clientId: text(data["client_id"]),
      outcome: text(data["outcome"]),
      urgent: text(data["urgent"]),
      approved: Boolean(data["faq"]),
      closesAt: whole(data["closes_at"]),
      options: parseOptions(data["options"]),
      offers: list(data["offers"]).flatMap((offer) => text(offer) ?? []),
    };
  }
  if (type === "state" && isOne(STATES, data["state"])) {
    const left = data["message_left"] === true;
    return { type, ...place, name, left, state: /** @type {State} */ (data["state"]) };
  }
  if (type === "closed") return { type, ...place, by: text(data["by"]), until: whole(data["until"]) ?? 0 };
  if (type === "erased") return { type, ...place };
  return { type: "other", seq };
}

/** @param {unknown} raw */
function parseOptions(raw) {
  return list(raw).flatMap((item) => {
    const slug = text(record(item)["slug"]);
    const question = text(record(item)["question"]);
    return slug && question ? [{ slug, question }] : [];
  });
}

/** @param {string} raw @returns {unknown} null for what is not JSON */
export function json(raw) {
  try {
    return JSON.parse(raw);
  } catch {
    return null;
  }
}

/** @param {unknown} value @returns {Record<string, unknown>} empty for what is no object */
export function record(value) {
  return typeof value === "object" ? { ...value } : {};
}

/** @param {unknown} value @returns {number | null} */
export function whole(value) {
  return Number.isSafeInteger(value) ? Number(value) : null;
}

/** @param {unknown} value @returns {string | null} a string that says something */
function text(value) {
  return typeof value === "string" && value ? value : null;
}

/** @param {unknown} value @returns {readonly unknown[]} */
function list(value) {
  return Array.isArray(value) ? value : [];
}

/** @param {readonly string[]} allowed @param {unknown} value */
function isOne(allowed, value) {
  return typeof value === "string" && allowed.includes(value);
}
