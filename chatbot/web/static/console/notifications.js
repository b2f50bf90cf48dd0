/** The page of notifications: trying the sound, and having this browser called. */

import { chime, register } from "./notices.js";

const here = document.getElementById("here");
const told = document.getElementById("told");
const allow = document.getElementById("allow");
const listen = document.getElementById("try");
const volume = document.getElementById("volume");

if (listen && volume instanceof HTMLInputElement) {
  listen.hidden = false;
  listen.addEventListener("click", () => chime(Number(volume.value) / 100));
}

if (here && told && allow && typeof Notification === "function") {
  const words = here.dataset;
  const show = () => {
    allow.hidden = Notification.permission !== "default";
    told.textContent =
      { granted: words["allowed"], denied: words["denied"], default: "" }[Notification.permission] ?? "";
  };
  show();
  allow.addEventListener("click", async () => {
    try {
      if ((await Notification.requestPermission()) === "granted") await callMe(words);
      show();
    } catch {
      show();
      told.textContent = words["failed"] ?? "";
    }
  });
}

/** @param {DOMStringMap} words */
async function callMe(words) {
  if (!("serviceWorker" in navigator) || !("PushManager" in window)) return;
  const say = new URLSearchParams({ say: words["say"] ?? "", title: words["title"] ?? "" });
  const worker = await navigator.serviceWorker.register(`/static/console/worker.js?${say}`, {
    scope: "/console",
  });
  await navigator.serviceWorker.ready;
  await register(
    await worker.pushManager.subscribe({
      userVisibleOnly: true,
      applicationServerKey: words["key"] ?? "",
    }),
  );
}
