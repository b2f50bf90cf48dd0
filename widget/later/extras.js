/**
 * What a visitor needs only after the first message, and loads only then: ratings, the place in the
 * queue, the question before closing, a copy of the chat. The chat itself works without it.
 */

import { record } from "../app/protocol.js";
import { byId, textsFrom } from "../app/page.js";

/** @import { Actions, Config, View } from "../app/types.js" */
/** @import { Sure } from "./leaving.js" */

const SVG = "http://www.w3.org/2000/svg";
const ICONS = {
  thumb: "M8 11v9H4v-9zm0 0 4-8c2 0 3 1 2.5 3L14 9h5q2 0 1.5 2l-2 7q-.5 2-2 2H8",
  more: "M12 5v.01M12 12v.01M12 19v.01",
};

/**
 * A part whose load failed is asked for by another address: browsers remember the failure.
 * @param {string} query set after a failure @param {Config} config @param {Actions} actions
 * @returns {Promise<Extras>} rejects while the network is away
 */
export async function gather(query, config, actions) {
  const sentences = fetch(config.later, { credentials: "omit" }).then((found) => found.json());
  const parts = /** @type {Promise<[
   *   typeof import("./rating.js"), typeof import("./waiting.js"), typeof import("./leaving.js"),
   *   typeof import("./copying.js"), typeof import("./ringing.js"),
   * ]>} */ (
    Promise.all(
      ["rating", "waiting", "leaving", "copying", "ringing"].map(
        (name) => import(`./${name}.js${query}`),
      ),
    )
  );
  const [rating, waiting, leaving, copying, ringing] = await parts;
  const t = textsFrom(record(await sentences), "later");
  await dress(query);
  return new Extras(
    [
      new rating.Answers(t, actions),
      new rating.Ending(t, actions),
      new waiting.Queue(t, config, actions),
      new waiting.Warning(t, actions),
      new copying.Copying(t, config, actions),
      new ringing.Ringing(t, config, actions),
    ],
    new leaving.Sure(t, actions),
  );
}

export class Extras {
  #parts;
  #sure;

  /** @param {readonly { show: (view: View) => void }[]} parts @param {Sure} sure */
  constructor(parts, sure) {
    this.#parts = parts;
    this.#sure = sure;
  }

  /** @param {View} view */
  show(view) {
    for (const part of this.#parts) part.show(view);
  }

  /** @param {Parameters<Sure["ask"]>[0]} lost asks before it is given up */
  ask(lost) {
    this.#sure.ask(lost);
  }
}

/** The style sheet and the icons; nothing is shown before they are there. @param {string} query */
async function dress(query) {
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = new URL(`later.css${query}`, import.meta.url).href;
  await new Promise((done, fail) => {
    link.onload = done;
    link.onerror = fail;
    document.head.append(link);
  });
  const sprite = byId("sprite", SVGElement);
  for (const [name, d] of Object.entries(ICONS)) {
    const symbol = document.createElementNS(SVG, "symbol");
    const path = document.createElementNS(SVG, "path");
    symbol.id = `icon-${name}`;
    symbol.setAttribute("viewBox", "0 0 24 24");
    path.setAttribute("d", d);
    symbol.append(path);
    sprite.append(symbol);
  }
}
