// The shapes that the modules share. Only the type checker reads this file; no browser loads it.

// ---- The wire: what the service says ------------------------------------------------------------

export type Author = "visitor" | "assistant" | "staff" | "system";
export type State = "assistant" | "waiting" | "staff" | "closed";
export type Option = { slug: string; question: string };

export type Message = {
  type: "message";
  seq: number;
  at: number;
  author: Author;
  text: string;
  html: string | null;
  clientId: string | null;
  name: string | null;
  outcome: string | null;
  urgent: string | null;
  /** In the words of an admin, and their language. */
  approved: boolean;
  /** Set on a warning: when the chat ends unless the visitor is there. */
  closesAt: number | null;
  options: readonly Option[];
  /** What else can be done with one click, such as "leave_message". */
  offers: readonly string[];
};
export type StateChange = {
  type: "state";
  seq: number;
  at: number;
  state: State;
  name: string | null;
  /** Waiting, but not in the queue: for when somebody is there again. */
  left: boolean;
};
export type Closed = { type: "closed"; seq: number; at: number; by: string | null; until: number };
export type Erased = { type: "erased"; seq: number; at: number };
/** A kind from the future, or a damaged one: only its place in the log is known. */
export type Other = { type: "other"; seq: number };
export type LogEvent = Message | StateChange | Closed | Erased | Other;

export type Signal =
  | { type: "ack"; clientId: string }
  | { type: "nack"; clientId: string; retryMs: number | null }
  | { type: "live"; seq: number; epoch: string | null }
  | { type: "typing"; name: string | null }
  | ({ type: "queue" } & Queue)
  | { type: "pong" };
/** A place among those who wait; `waitMs` is set only where it was measured. */
export type Queue = {
  position: number;
  open: boolean;
  opensAt: number | null;
  waitMs: number | null;
};
export type Frame = LogEvent | Signal;

export type Session = { id: string; token: string; epoch: string | null };
export type Created = { session: Session; events: Frame[] };
export type Page = { events: Frame[]; epoch: string | null };

// ---- The view: what the visitor sees, as data ---------------------------------------------------

export type Delivery = "sending" | "sent" | "failed";
export type Note = State | "left" | "erased";

export type Item = {
  key: string;
  seq: number;
  at: number;
  author: Author;
  text: string;
  html: string | null;
  name: string | null;
  outcome: string | null;
  urgent: string | null;
  approved: boolean;
  closesAt: number | null;
  options: readonly Option[];
  offers: readonly string[];
  /** Set for a line between messages: who is there now. */
  note: Note | null;
};
/** An own message on its way; `slug` is set when it picks an offered question. */
export type Pending = {
  key: string;
  at: number;
  text: string;
  slug: string | null;
  delivery: Delivery;
};
export type View = {
  cursor: number;
  state: State;
  staff: string | null;
  left: boolean;
  queue: Queue | null;
  items: readonly Item[];
  pending: readonly Pending[];
  /** What the visitor said of each answer, by its seq. */
  rated: Readonly<Record<number, boolean>>;
  /** The seq of the newest warning that the visitor has answered. */
  stayed: number;
  /** The visitor ended the chat: nothing of it is shown any more. */
  parted: boolean;
  /** Who is blocked begins no new chat until then; in milliseconds, 0 for everybody else. */
  until: number;
};

/** What happens on this side: something was said, is to be sent again; the session or log is gone. */
export type Local =
  | { type: "said"; key: string; at: number; text: string; slug: string | null }
  | { type: "again"; key: string }
  | { type: "rated"; seq: number; helpful: boolean }
  | { type: "stayed"; seq: number }
  | { type: "over" }
  | { type: "parted" }
  | { type: "reset" };

// ---- Between the modules ------------------------------------------------------------------------

export type Wire = Pick<WebSocket, "addEventListener" | "send" | "close">;
export type Unsent = Omit<Pending, "delivery">;
/** The session is null until the first message has reached the service. */
export type Kept = {
  session: Session | null;
  language: string;
  draft: string;
  unsent: readonly Unsent[];
};

/** What carries the bytes: the browser's own, or a test's. */
export type Means = {
  fetch: typeof fetch;
  openWire: (path: string) => Wire;
  random: () => number;
  /** The version of the promises that the visitor was shown, and their language. */
  notice: string;
  language: string;
};
export type LineOwner = {
  cursor: () => number;
  /** False when events between the cursor and these are missing. */
  receive: (frames: readonly Frame[]) => boolean;
  /** The service has another log now: forget the events of the old one. */
  reset: (epoch: string | null) => void;
  /** The service does not know the session any more. */
  over: () => void;
  connection: (up: boolean) => void;
};
export type TransportOwner = LineOwner & {
  outbox: () => readonly Unsent[];
  started: (session: Session) => void;
};

export type Texts = (
  key: string,
  values?: Readonly<Record<string, string>>,
  counted?: number,
) => string;
export type Config = {
  exit: string;
  notice: string;
  language: string;
  phone: string;
  /** Where the sentences are that are needed after the first message only. */
  later: string;
  topics: readonly Option[];
};

/** A wish beside the messages; a newer one of the same name takes its place. */
export type Wish = { method: "POST" | "DELETE"; path: string; body: object | null };
/** What the later parts may do and ask of the chat. */
export type Actions = {
  change: (event: Local) => void;
  wish: (name: string, wish: Wish) => void;
  person: () => void;
  write: () => void;
  end: () => void;
  announce: (sentence: string) => void;
  /** Brings what was added to the newest line into sight, for who has not scrolled away. */
  reveal: (added: HTMLElement) => void;
  /** Gives the focus a place when what had it goes away. */
  read: () => void;
  line: (key: string) => HTMLLIElement | undefined;
};

export type FromHost = "open" | "shut" | "leave";
export type ToHost =
  | { cara: "exit" }
  | { cara: "shut"; ended: boolean }
  | { cara: "unread"; count: number }
  | { cara: "ready"; title: string; neutral: string };

/** What the launcher in the page hands on to `panel.js`, which gives it `close` and `leave`. */
export type Launcher = {
  button: HTMLButtonElement;
  dataset: DOMStringMap;
  label: string;
  origin: string;
  shadow: ShadowRoot;
  /** Set while the chat is in the page, `loaded` once it has come; hidden when it is minimised. */
  frame?: HTMLIFrameElement | undefined;
  loaded?: Promise<unknown>;
  /** A title for the page while the chat is open. */
  neutral?: string;
  style: (css: string) => void;
  build: () => void;
  fail: () => void;
  open: () => void;
  close?: (ended?: boolean) => void;
  leave?: () => void;
  hide: () => void;
};

/** As much of a DOM node as the sanitiser reads. */
export type Source = {
  readonly nodeType: number;
  readonly nodeName: string;
  readonly nodeValue: string | null;
  readonly childNodes: ArrayLike<Source>;
  getAttribute?: (name: string) => string | null;
};
export type Tag = "p" | "ul" | "ol" | "li" | "strong" | "em" | "br" | "a";
export type Piece = string | { tag: Tag; href: string | null; children: readonly Piece[] };
