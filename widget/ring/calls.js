/** What the form asks of the service: the words, the free times, and the one call that keeps it. */

import { record } from "../app/protocol.js";

/** @import { Session } from "../app/types.js" */
/** @import { Sent, Slot } from "./types.js" */

const TIMEOUT_MS = 15_000;

/** @param {string} path @param {RequestInit} init */
async function call(path, init) {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), TIMEOUT_MS);
  try {
    const answer = await fetch(path, { credentials: "omit", signal: controller.signal, ...init });
    return { status: answer.status, body: record(await answer.json()) };
  } finally {
    clearTimeout(timer);
  }
}

/** @param {string} language @returns {Promise<unknown>} the sentences of the form */
export async function words(language) {
  return (await call(`/widget/ring?lang=${language}`, {})).body;
}

/** @param {string} caller @param {string} language @returns {Promise<readonly Slot[]>} */
export async function freeTimes(caller, language) {
  const headers = { "Accept-Language": language };
  const { body } = await call(`/api/v1/callback-slots?caller=${caller}`, { headers });
  const slots = Array.isArray(body["slots"]) ? body["slots"] : [];
  return slots.map(record).map((slot) => ({ start: Number(slot["start"]), label: `${slot["label"]}` }));
}

/**
 * @param {Record<string, unknown>} form @param {Session | null} session @param {string} language
 * @returns {Promise<Sent>} rejects while the network is away: sent again, it is kept once
 */
export async function ask(form, session, language) {
  const { status, body } = await call("/api/v1/callbacks", {
    method: "POST",
    headers: {
      "Content-Type": "application/json",
      "Accept-Language": language,
      ...(session && { Authorization: `Bearer ${session.token}` }),
    },
    body: JSON.stringify(form),
  });
  const error = record(body["error"]);
  if (status === 201) {
    const label = `${record(body["slot"])["label"]}`;
    return { kind: "made", reference: `${body["reference"]}`, secret: `${body["secret"]}`, label };
  }
  if (status === 422) return { kind: "wrong", fields: strings(record(error["fields"])) };
  if (error["code"] === "slot_taken") return { kind: "taken", why: `${error["message"]}` };
  return { kind: "failed", why: `${error["message"] ?? ""}` };
}

/** @param {Record<string, unknown>} raw */
function strings(raw) {
  return Object.fromEntries(Object.entries(raw).map(([key, value]) => [key, `${value}`]));
}

/** @returns {string} what a form is kept once under; `randomUUID` exists on secure pages only */
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20)].join("-");
}
