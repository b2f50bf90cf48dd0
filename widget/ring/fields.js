/** One question of the form as elements, and what was answered to it. */

import { el } from "../app/page.js";

/** @import { Texts } from "../app/types.js" */
/** @import { Answers, Slot, Step } from "./types.js" */

const WISHES = 3;
const LONGEST = { name: 100, phone: 40, say_instead: 200, email: 254, language: 60, note: 1_000, police_area: 100 };

/**
 * @param {Step} step @param {Answers} given @param {Texts} t @param {readonly Slot[]} slots
 * @returns {{ elements: readonly HTMLElement[], read: () => string | readonly string[] }}
 */
export function field(step, given, t, slots) {
  const { key } = step;
  const known = given[key] ?? "";
  switch (step.kind) {
    case "one":
      return choices("radio", key, (step.options ?? []).map((one) => [one, t(`${key}.${one}`)]), [`${known}`]);
    case "yes": {
      const chosen = `${known}` || (step.needed ? "" : "no");
      return choices("radio", key, [["yes", t("yes")], ["no", t("no")]], [chosen]);
    }
    case "many": {
      const options = (step.options ?? []).map((one) => /** @type {const} */ ([one, t(`${key}.${one}`)]));
      return choices("checkbox", key, options, known);
    }
    case "times":
      return times(t, slots, known);
    case "day":
      return day(t, `${known}`);
    case "text":
    case "lines":
      return typed(step, `${known}`);
  }
}

/**
 * @param {"radio" | "checkbox"} type @param {string} name
 * @param {readonly (readonly string[])[]} options value and label @param {string | readonly string[]} known
 */
function choices(type, name, options, known) {
  const inputs = options.map(([value = ""]) => {
    const checked = known.includes(value) && value !== "";
    return Object.assign(el("input", ""), { type, name, value, checked });
  });
  const labels = inputs.map((input, at) => el("label", "pick", input, el("span", "", options[at]?.[1] ?? "")));
  const read = () => inputs.filter((input) => input.checked).map((input) => input.value);
  return { elements: labels, read: type === "checkbox" ? read : () => read()[0] ?? "" };
}

/** @param {Step} step @param {string} known */
function typed({ key, kind, complete }, known) {
  const input = kind === "lines" ? el("textarea", "") : el("input", "");
  const maxLength = LONGEST[/** @type {keyof typeof LONGEST} */ (key)] ?? 200;
  Object.assign(input, { value: known, maxLength });
  if (complete && input instanceof HTMLInputElement) input.type = complete === "name" ? "text" : complete;
  input.setAttribute("autocomplete", complete ?? "off");
  return { elements: [input], read: () => input.value.trim() };
}

/** @param {Texts} t @param {readonly Slot[]} slots @param {string | readonly string[]} known */
function times(t, slots, known) {
  const selects = Array.from({ length: WISHES }, (_, at) => {
    const none = el("option", "", t(at === 0 ? "slot.pick" : "slot.none"));
    none.value = "";
    const select = el("select", "", none);
    for (const slot of slots) {
      const option = el("option", "", slot.label);
      option.value = `${slot.start}`;
      option.selected = known[at] === option.value;
      select.append(option);
    }
    return select;
  });
  const labels = selects.map((select, at) => el("div", "wish", label(t(`slot.${at + 1}`), select), select));
  const read = () => [...new Set(selects.map(({ value }) => value).filter(Boolean))];
  return { elements: labels, read };
}

/** @param {Texts} t @param {string} known as 2026-03-27 */
function day(t, known) {
  const parts = known.split("-");
  const inputs = ["day", "month", "year"].map((name, at) => {
    const input = Object.assign(el("input", ""), { value: parts[2 - at] ?? "", maxLength: 4, inputMode: "numeric" });
    input.setAttribute("autocomplete", "off");
    return { input, part: el("div", "part", label(t(name), input), input) };
  });
  const read = () => {
    const [date = "", month = "", year = ""] = inputs.map(({ input }) => input.value.trim());
    return date || month || year ? [year, month.padStart(2, "0"), date.padStart(2, "0")].join("-") : "";
  };
  return { elements: [el("div", "parts", ...inputs.map(({ part }) => part))], read };
}

let labelled = 0;

/** @param {string} text @param {HTMLElement} control */
function label(text, control) {
  labelled += 1;
  control.id = `ring-${labelled}`;
  return Object.assign(el("label", "", text), { htmlFor: control.id });
}
