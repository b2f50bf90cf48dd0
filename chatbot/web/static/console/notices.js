/**
 * Tells somebody who looks elsewhere that a chat needs them: by a sound and by a notification of the
 * desktop, neither with a word of the chat. When, how loud and whether at all is for the service to
 * say; it keeps what the person wants.
 */

/** @typedef {{ text?: string, volume?: number, desktop?: boolean, link?: string }} Notice */

const NOTES_HZ = [660, 880];
const NOTE_SECONDS = 0.18;

/** @type {AudioContext | undefined} */
let audio;

/** @param {number} volume 0 to 1; nothing is heard before the person has used the page */
export function chime(volume) {
  if (!volume || typeof AudioContext !== "function") return;
  audio ??= new AudioContext();
  void audio.resume();
  NOTES_HZ.forEach((pitch, number) => {
    if (!audio) return;
    const starts = audio.currentTime + number * NOTE_SECONDS;
    const gain = audio.createGain();
    gain.gain.setValueAtTime(volume, starts);
    gain.gain.exponentialRampToValueAtTime(0.001, starts + NOTE_SECONDS);
    const tone = audio.createOscillator();
    tone.frequency.value = pitch;
    tone.connect(gain).connect(audio.destination);
    tone.start(starts);
    tone.stop(starts + NOTE_SECONDS);
  });
}

/** @param {Notice} notice */
export function tell({ text = "", volume = 0, desktop = false, link = "" }) {
  chime(volume);
  const looking = !document.hidden && document.hasFocus();
  if (!desktop || looking || typeof Notification !== "function") return;
  if (Notification.permission !== "granted") return;
  try {
    const shown = new Notification(text, { tag: link || "console", icon: "/static/favicon.svg" });
    shown.addEventListener("click", () => {
      window.focus();
      if (link) location.assign(link);
      shown.close();
    });
  } catch {
    // Phones show notifications of a worker only; a push comes there by itself.
  }
}

/** Have this browser called for this session too, where it was called before. */
export async function goOnCalling() {
  if (!("serviceWorker" in navigator) || !("PushManager" in window)) return;
  const worker = await navigator.serviceWorker.getRegistration("/console");
  const subscription = await worker?.pushManager.getSubscription();
  if (subscription) await register(subscription);
}

/** @param {PushSubscription} subscription */
export async function register(subscription) {
  const body = new URLSearchParams({ endpoint: subscription.endpoint });
  const answer = await fetch("/console/notifications/devices", {
    method: "POST",
    body,
    redirect: "error",
  });
  if (!answer.ok) throw new Error(String(answer.status));
}
