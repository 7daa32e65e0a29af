// A short tone and another title for a new alert. A closed page makes no sound.

let sound = null;
let usual = document.title;

function wake() {
  try {
    sound ??= new AudioContext();
    if (sound.state === "suspended") sound.resume();
  } catch { /* a browser without sound still shows the alert */ }
}

function calm() {
  if (document.visibilityState === "visible") document.title = usual;
}

export function ready() {
  for (const gesture of ["pointerdown", "keydown"]) addEventListener(gesture, wake, { passive: true });
  for (const gesture of ["pointerdown", "keydown", "focus"]) addEventListener(gesture, calm, { passive: true });
  document.addEventListener("visibilitychange", calm);
}

export function called(name) {
  usual = name;
  document.title = name;
}

export function ring(title) {
  document.title = `${title} · ${usual}`;
  if (sound?.state !== "running") return;
  [[0, 660], [0.22, 880], [0.6, 660], [0.82, 880]].forEach(([after, pitch]) => tone(sound.currentTime + after, pitch));
}

function tone(at, pitch) {
  const wave = new OscillatorNode(sound, { frequency: pitch });
  const volume = new GainNode(sound, { gain: 0 });
  volume.gain.setValueAtTime(0, at);
  volume.gain.linearRampToValueAtTime(0.25, at + 0.02);
  volume.gain.linearRampToValueAtTime(0, at + 0.18);
  wave.connect(volume).connect(sound.destination);
  wave.start(at);
  wave.stop(at + 0.2);
}
