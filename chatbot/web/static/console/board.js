/** Keeps a page of what goes on true: fetched again when something changes, and put in place. */

import { Line } from "./line.js";
import { tell } from "./notices.js";

const EVERY_MS = 15_000;
let looking = false;

async function look() {
  const old = document.getElementById("board");
  // A list that is open in somebody's hand is not taken away.
  if (!old || looking || old.contains(document.activeElement)) return;
  looking = true;
  try {
    const answer = await fetch(old.getAttribute("data-from") ?? "", { redirect: "error" });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById("board");
    if (fresh && !old.contains(document.activeElement)) old.replaceWith(fresh);
  } catch {
    // The network is gone; the line opens again and asks then.
  } finally {
    looking = false;
  }
}

const line = new Line({ chat: "", silent: "" }, () => 0, {
  hear(frame) {
    if (frame.type === "inbox") void look();
    else if (frame.type === "notice") tell(frame);
  },
  connection: (up) => up && void look(),
});
line.open();
setInterval(() => document.hidden || void look(), EVERY_MS);
