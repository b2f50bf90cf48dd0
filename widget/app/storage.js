/**
 * What survives a reload of the tab: the session, the draft and what the service has not stored.
 * Only in sessionStorage of this frame, only after the first send, gone with the chat. Messages
 * that the service has are never kept here: they are read again.
 */

import { json, parseKept } from "./protocol.js";

/** @import { Kept } from "./types.js" */

const KEY = "chat";

/** @returns {Kept | null} */
export function load() {
  return parseKept(json(attempt((storage) => storage.getItem(KEY)) ?? ""));
}

/** @param {Kept} kept */
export function save({ session, ...rest }) {
  const data = JSON.stringify({ ...session, ...rest });
  attempt((storage) => storage.setItem(KEY, data));
}

export function clear() {
  attempt((storage) => storage.removeItem(KEY));
}

/**
 * @template T @param {(storage: Storage) => T} use
 * @returns {T | null} null where storage is forbidden or full: the chat then lives until a reload
 */
function attempt(use) {
  try {
    return use(sessionStorage);
  } catch {
    return null;
  }
}
