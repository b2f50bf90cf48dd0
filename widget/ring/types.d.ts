// The shapes of the form. Only the type checker reads this file; no browser loads it.

/** What was answered so far, by the key of its question; several answers are a list. */
export type Answers = Readonly<Record<string, string | readonly string[]>>;
export type Step = {
  key: string;
  kind: "one" | "many" | "yes" | "text" | "lines" | "times" | "day";
  needed: boolean;
  options?: readonly string[];
  complete?: "name" | "tel" | "email";
  when?: (given: Answers) => boolean;
};
/** As much of a message as is read for a number. */
export type Asked = { author: string; text: string };
export type Slot = { start: number; label: string };
export type Sent =
  | { kind: "made"; reference: string; secret: string; label: string }
  | { kind: "wrong"; fields: Readonly<Record<string, string>> }
  | { kind: "taken"; why: string }
  | { kind: "failed"; why: string };
