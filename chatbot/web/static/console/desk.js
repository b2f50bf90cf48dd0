/**
 * Makes the pages of conversations live: the lists are fetched again when they change, new lines are
 * added to an open conversation, and its forms are sent without leaving the page. Everything works
 * without it; nothing is kept in the browser.
 */

import { Line } from "./line.js";
import { Lists } from "./lists.js";
import { goOnCalling, tell } from "./notices.js";
import { Thread } from "./thread.js";

const desk = document.querySelector(".desk");
if (desk instanceof HTMLElement) {
  const chat = desk.dataset["chat"] ?? "";
  const lists = new Lists(chat);
  const words = desk.dataset;
  const thread = chat ? new Thread(chat, words, (frame) => line.send(frame)) : null;
  const open = { chat, silent: words["silent"] ?? "" };
  const line = new Line(open, () => thread?.position ?? 0, {
    hear(frame) {
      if (frame.type === "inbox") void lists.look();
      else if (frame.type === "notice") tell(frame);
      else thread?.hear(frame);
    },
    connection(up) {
      thread?.trouble(up ? "" : (words["lost"] ?? ""));
      if (up) void lists.look();
    },
  });
  line.open();
  void goOnCalling().catch(() => null); // without it the page still tells
}
