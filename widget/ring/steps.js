/**
 * The questions of the form, one at a time, as data: what is asked, of whom, what may be left out,
 * and what the answers become. Pure: no DOM and no network.
 */

/** @import { Answers, Asked, Step } from "./types.js" */

/** @type {readonly Step[]} */
export const STEPS = [
  { key: "caller", kind: "one", needed: true, options: ["cautioned", "partner", "professional", "other"] },
  { key: "name", kind: "text", needed: true, complete: "name" },
  { key: "phone", kind: "text", needed: true, complete: "tel" },
  { key: "slots", kind: "times", needed: true },
  { key: "shared_phone", kind: "one", needed: true, options: ["yes", "no", "unsure"] },
  { key: "safe_to_call", kind: "yes", needed: true },
  { key: "voicemail_ok", kind: "yes", needed: false },
  { key: "text_ok", kind: "yes", needed: false },
  { key: "say_who", kind: "yes", needed: false },
  { key: "say_instead", kind: "text", needed: false, when: (given) => given["say_who"] !== "yes" },
  { key: "email", kind: "text", needed: false, complete: "email" },
  { key: "needs", kind: "many", needed: false, options: ["bsl", "text_relay", "interpreter", "large_print", "other"] },
  { key: "language", kind: "text", needed: false, when: (given) => given["needs"]?.includes("interpreter") ?? false },
  {
    key: "topic",
    kind: "one",
    needed: false,
    options: ["heard_nothing", "dates", "workshops", "caution", "support", "work", "other"],
  },
  { key: "note", kind: "lines", needed: false },
  { key: "police_area", kind: "text", needed: false, when: cautioned },
  { key: "arrested_on", kind: "day", needed: false, when: cautioned },
];

/** @param {Answers} given */
function cautioned(given) {
  return given["caller"] === "cautioned";
}

/** @param {Answers} given @returns {readonly Step[]} the questions that this person is asked */
export function asked(given) {
  return STEPS.filter(({ when }) => !when || when(given));
}

/** @param {Answers} given @returns {Step | undefined} the first that needs an answer and has none */
export function missing(given) {
  return asked(given).find(({ key, needed }) => needed && (given[key] ?? "").length === 0);
}

/**
 * What is sent: what was not asked or not answered is left out, and counts as the safe answer.
 * @param {Answers} given @param {{ conversation: string | null, clientId: string }} about
 * @returns {Record<string, unknown>}
 */
export function body(given, { conversation, clientId }) {
  /** @type {Record<string, unknown>} */
  const sent = { conversation, client_id: clientId };
  for (const { key, kind } of asked(given)) {
    const answer = given[key];
    if (answer === undefined || answer.length === 0) continue;
    if (kind === "yes") sent[key] = answer === "yes";
    else if (kind === "times") sent[key] = [...answer].map(Number);
    else sent[key] = answer;
  }
  return sent;
}

/**
 * The number that somebody has written last, if one of the messages says to have one.
 * @param {readonly Asked[]} items @returns {string}
 */
export function numberIn(items) {
  const own = items.filter(({ author }) => author === "visitor").reverse();
  for (const { text } of own) {
    const found = /(?:\+44|0)[0-9 ()-]{8,}[0-9]/.exec(text);
    if (found) return found[0];
  }
  return "";
}
