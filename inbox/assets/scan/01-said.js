"use strict";
// What the scanner's pages say: a sound, a colour over the whole screen, a vibration. Who scans doesn't look.
const TONES = {
  good: [[1320, 0.07]],
  done: [[880, 0.09], [1320, 0.09], [1760, 0.16]],
  warn: [[660, 0.12], [660, 0.12]],
  bad: [[200, 0.32]],
};
const SHAKES = { good: 30, done: [40, 30, 40], warn: [60, 40, 60], bad: [120, 60, 120] };
const pda = $("#pda");
let audio = null;

function beep(tone) {
  navigator.vibrate?.(SHAKES[tone]);
  if (!pda || "quiet" in pda.dataset) return;
  try {
    audio ??= new AudioContext();
    audio.resume();
    let at = audio.currentTime;
    for (const [pitch, length] of TONES[tone]) {
      const voice = audio.createOscillator();
      const loudness = audio.createGain();
      voice.type = tone === "bad" ? "square" : "sine";
      voice.frequency.value = pitch;
      loudness.gain.setValueAtTime(0.18, at);
      loudness.gain.exponentialRampToValueAtTime(0.001, at + length);
      voice.connect(loudness).connect(audio.destination);
      voice.start(at);
      voice.stop(at + length);
      at += length + 0.03;
    }
  } catch {
    // a device without sound
  }
}

function flash(tone, text = "") {
  beep(tone);
  const screen = $("#flash");
  if (!screen) return;
  screen.className = "flash";
  void screen.offsetWidth; // the same colour again begins anew
  screen.className = `flash on ${tone}${text.length > 12 ? " long" : ""}`;
  screen.textContent = text;
}

const fill = (text, ...values) => values.reduce((said, value, place) => said.replace("#*"[place], () => value), text ?? "");

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-sound]");
  if (!button) return;
  const isQuiet = !("quiet" in pda.dataset);
  pda.toggleAttribute("data-quiet", isQuiet);
  for (const one of $$("[data-sound]")) one.setAttribute("aria-pressed", String(!isQuiet));
  beep("good");
  await fetch("/inbox/preferences", { method: "POST", body: new URLSearchParams({ quiet: String(isQuiet) }) }).catch(() => {});
});

// --- what the device keeps, by account

const account = pda?.dataset.account ?? "";
const keptAs = (name) => `scan:${account}:${name}`;

function kept(name, otherwise) {
  try {
    return JSON.parse(localStorage.getItem(keptAs(name))) ?? otherwise;
  } catch {
    return otherwise;
  }
}

function keep(name, value) {
  if (value === null) localStorage.removeItem(keptAs(name));
  else localStorage.setItem(keptAs(name), JSON.stringify(value));
}

function forgetAll() {
  for (const name of Object.keys(localStorage)) if (name.startsWith(`scan:${account}:`)) localStorage.removeItem(name);
  forgetPages();
}

function forgetPages() {
  globalThis.caches?.keys().then((names) => names.forEach((name) => caches.delete(name)));
}

// Counts that nobody has sent for a week are of work that was done otherwise.
const WEEK = 7 * 24 * 3600 * 1000;
for (const name of Object.keys(localStorage).filter((one) => one.startsWith(keptAs("count:")))) {
  const count = kept(name.slice(keptAs("").length), null);
  if (!count || Date.now() - count.at > WEEK) localStorage.removeItem(name);
}
// Pages that another person has left on the device are not this one's to see.
if (account && localStorage.getItem("scan:last") !== account) {
  forgetPages();
  localStorage.setItem("scan:last", account);
}
