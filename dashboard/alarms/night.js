/* The night watch: sound and title while an alarm waits, a screen that stays on, the time to the next action.
   Loaded when somebody switches it on; the page's own button acknowledges. */
import { $, say } from "./frame.js";

// By how loud an alarm is: pause between sounds [ms], how many tones, their pitch [Hz], their gain. Loudest is red.
const SOUNDS = [null, [60_000, 1, 660, 0.3], [20_000, 2, 880, 0.6], [5000, 4, 990, 1]],
  TONE_S = 0.25,
  YEAR_S = 31_536_000,
  AWAY_MS = 60_000;
const bar = $("night"),
  says = $("night-says"),
  time = $("night-clock"),
  words = JSON.parse(bar.dataset.words),
  isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;
let audio,
  lock,
  timer,
  known = {},
  soundedMs = 0,
  awayMs = 0;

/** Switch it on, and remember that. */
export function start() {
  if (timer) return;
  remember(YEAR_S);
  audio = new AudioContext();
  audio.onstatechange = show;
  for (const name of ["pointerdown", "keydown"]) document.addEventListener(name, resume);
  document.addEventListener("visibilitychange", stayAwake);
  addEventListener("renewed", tick);
  $("night-off").onclick = stop;
  bar.hidden = false;
  $("night-on").hidden = true;
  timer = setInterval(tick, 1000);
  stayAwake();
  resume();
  tick();
}

function stop() {
  clearInterval(timer);
  timer = null;
  remember(0);
  for (const name of ["pointerdown", "keydown"]) document.removeEventListener(name, resume);
  document.removeEventListener("visibilitychange", stayAwake);
  removeEventListener("renewed", tick);
  audio.close();
  lock?.release();
  lock = null;
  bar.hidden = true;
  $("night-on").hidden = false;
  $("night-on").focus();
  document.title = plain(document.title);
}

const remember = forS => (document.cookie = `night=1;path=/;max-age=${forS};samesite=lax`);
// A browser gives sound only after a person has touched the page.
const resume = () => audio.state === "suspended" && audio.resume().then(show, show);

async function stayAwake() {
  if (document.visibilityState !== "visible") return;
  try {
    lock = await navigator.wakeLock.request("screen");
    if (!timer) lock.release();
  } catch {
    lock = null;
  }
  show();
}

/** Say what the browser refuses, and nothing else. */
function show() {
  const isHeard = audio.state === "running",
    lines = [isHeard ? words.sound : words.no_sound, lock ? words.awake : words.no_awake];
  Object.assign(says.dataset, { sound: isHeard ? "on" : "refused", awake: lock ? "on" : "refused" });
  if (says.textContent !== lines.join(" ")) says.textContent = lines.join(" ");
}

function tick() {
  if (!timer) return;
  const waiting = JSON.parse(bar.dataset.alarms).filter(one => one.waits);
  if ($("live").dataset.kind !== "offline") awayMs = 0;
  else awayMs ||= Date.now();
  const isAway = awayMs && Date.now() - awayMs > AWAY_MS,
    loud = Math.max(0, isAway ? 1 : 0, ...waiting.map(one => one.loud)),
    isWorse = waiting.some(one => !(known[one.id] >= one.loud));
  known = Object.fromEntries(waiting.map(one => [one.id, one.loud]));
  bar.classList.toggle("waits", waiting.length > 0);
  document.title = (waiting.length ? words.badge : "") + plain(document.title);
  if (isWorse && document.activeElement === document.body) $("night-act").querySelector("button")?.focus({ preventScroll: true });
  if (loud && (isWorse || Date.now() - soundedMs >= SOUNDS[loud][0])) sound(loud);
  showClock();
}
const plain = title => (title.startsWith(words.badge) ? title.slice(words.badge.length) : title);

function sound(loud) {
  if (audio.state !== "running") return show();
  const [, tones, pitch, gain] = SOUNDS[loud];
  soundedMs = Date.now();
  for (let n = 0; n < tones; n++) {
    const tone = new OscillatorNode(audio, { type: "square", frequency: pitch }),
      at = audio.currentTime + 2 * n * TONE_S;
    tone.connect(new GainNode(audio, { gain })).connect(audio.destination);
    tone.start(at);
    tone.stop(at + TONE_S);
  }
  says.dataset.sounds = Number(says.dataset.sounds ?? 0) + 1;
  says.dataset.loud = loud;
}

/** The time to the next action; its element is a timer, which nobody is read aloud. Without motion it has no seconds. */
function showClock() {
  const { due } = bar.dataset;
  time.hidden = !due;
  if (!due) return;
  const leftS = Math.round((Date.parse(due) - Date.now()) / 1000),
    [h, m, s] = [3600, 60, 1].map((unit, place) => Math.floor((Math.abs(leftS) / unit) % (place ? 60 : 1e6))),
    two = n => String(n).padStart(2, "0"),
    text = say(leftS < 0 ? words.late : words.left, { time: isStill ? `${h}:${two(m)}` : `${h}:${two(m)}:${two(s)}` });
  if (time.textContent !== text) time.textContent = text;
}
