/*
 * Wakes when a push service calls, and shows one sentence. A push carries nothing: what is said
 * stands in this worker's own address. It keeps no page and no answer of the service.
 */

const worker = /** @type {any} */ (self);
const words = new URL(worker.location.href).searchParams;

worker.addEventListener("push", (/** @type {any} */ event) => {
  const shown = { body: words.get("say") ?? "", tag: "console", icon: "/static/favicon.svg" };
  event.waitUntil(worker.registration.showNotification(words.get("title") ?? "", shown));
});

worker.addEventListener("notificationclick", (/** @type {any} */ event) => {
  event.notification.close();
  event.waitUntil(lead());
});

async function lead() {
  const open = await worker.clients.matchAll({ type: "window" });
  const console = open.find((/** @type {any} */ one) => new URL(one.url).pathname.startsWith("/console"));
  await (console ? console.focus() : worker.clients.openWindow("/console"));
}
