/**
 * What the visitor sees, as data, and how each event changes it. Pure: no clock, DOM or network.
 * The seq of the service is the only order; an own message waits in `pending` under its client id
 * until the service says that it is stored.
 */

/** @import { Delivery, Frame, Item, Local, LogEvent, Note, Pending, View } from "./types.js" */

/** @type {View} */
export const EMPTY = {
  cursor: 0,
  state: "assistant",
  staff: null,
  left: false,
  queue: null,
  items: [],
  pending: [],
  rated: {},
  stayed: 0,
  parted: false,
  until: 0,
};

/**
 * @param {View} view @param {Frame | Local} event
 * @returns {View | "gap"} "gap" when events between the cursor and this one are missing
 */
export function apply(view, event) {
  switch (event.type) {
    case "message":
    case "state":
    case "closed":
    case "erased":
    case "other":
      if (event.seq <= view.cursor) return view;
      if (event.seq > view.cursor + 1) return "gap";
      return evolve({ ...view, cursor: event.seq }, event);
    case "ack":
      return deliver(view, event.clientId, "sent");
    case "nack":
      return event.retryMs === null ? deliver(view, event.clientId, "failed") : view;
    case "again":
      return deliver(view, event.key, "sending");
    case "said":
      return say(view, event);
    case "queue":
      return view.state === "waiting" ? { ...view, queue: event } : view;
    case "rated":
      return { ...view, rated: { ...view.rated, [event.seq]: event.helpful } };
    case "stayed":
      return { ...view, stayed: event.seq };
    case "over":
      return close(view);
    case "parted":
      return { ...EMPTY, cursor: view.cursor, state: "closed", parted: true };
    case "reset":
      return { ...EMPTY, pending: view.pending };
    case "live":
    case "pong":
    case "typing":
      return view;
    default:
      return unreachable(event);
  }
}

/** @param {View} view @returns {boolean} its visitor begins no other chat for now */
export const isBlocked = ({ until }) => until > Date.now();

/** @param {View} view the assistant's answer is on its way */
export function owesAnswer({ state, items, pending }) {
  const asked = pending.some((entry) => entry.delivery === "sent");
  return state === "assistant" && (asked || items.at(-1)?.author === "visitor");
}

/** @param {View} view its cursor is at `event.seq` already @param {LogEvent} event @returns {View} */
function evolve(view, event) {
  switch (event.type) {
    case "message": {
      const key = event.clientId ?? `seq-${event.seq}`;
      const pending = view.pending.filter((entry) => entry.key !== key);
      return { ...view, pending, items: [...view.items, { ...event, key, note: null }] };
    }
    case "state": {
      const { state, name: staff, left } = event;
      const same = view.state === state && view.staff === staff && view.left === left;
      const next = { ...view, state, staff, left, queue: null };
      return same ? next : withNote(next, left ? "left" : state, event);
    }
    case "closed":
      return withNote({ ...close(view), until: event.until }, "closed", event);
    case "erased":
      return withNote({ ...close(view), items: [] }, "erased", event);
    case "other":
      return view;
    default:
      return unreachable(event);
  }
}

/** @param {View} view @param {Note} note @param {{ seq: number, at: number }} event @returns {View} */
function withNote(view, note, { seq, at }) {
  /** @type {Item} */
  const item = {
    key: `seq-${seq}`,
    seq,
    at,
    note,
    author: "system",
    name: view.staff,
    text: "",
    html: null,
    outcome: null,
    urgent: null,
    approved: false,
    closesAt: null,
    options: [],
    offers: [],
  };
  return { ...view, items: [...view.items, item] };
}

/** @param {View} view @param {Omit<Pending, "delivery">} said @returns {View} */
function say(view, { key, at, text, slug }) {
  if ([...view.items, ...view.pending].some((entry) => entry.key === key)) return view;
  return { ...view, pending: [...view.pending, { key, at, text, slug, delivery: "sending" }] };
}

/** @param {View} view @param {string} key @param {Delivery} delivery @returns {View} */
function deliver(view, key, delivery) {
  if (!view.pending.some((entry) => entry.key === key && entry.delivery !== delivery)) return view;
  const pending = view.pending.map((entry) => (entry.key === key ? { ...entry, delivery } : entry));
  return { ...view, pending };
}

/** @param {View} view what is stored stays; what is not cannot be any more @returns {View} */
function close(view) {
  const pending = view.pending.map((entry) =>
    entry.delivery === "sending" ? { ...entry, delivery: /** @type {const} */ ("failed") } : entry,
  );
  return { ...view, state: "closed", staff: null, left: false, queue: null, pending };
}

/** @param {never} event a forgotten case is a type error @returns {never} */
function unreachable(event) {
  // Only its type is named: an event may hold what a person wrote.
  throw new TypeError(`Unhandled ${typeof event}`);
}
