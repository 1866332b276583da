// Tempo by tapping.

const PAUSE_MS = 2000; // begins anew
const MAX_TAPS = 8;

/** The mean of the last taps, in bpm to a tenth: no hand taps finer. */
export function createTap(setTempo) {
  let taps = [];
  return function tap(event) {
    const now = event?.timeStamp ?? performance.now(); // however busy the page was meanwhile
    if (now - (taps.at(-1) ?? -Infinity) > PAUSE_MS) taps = [];
    taps = [...taps, now].slice(-MAX_TAPS);
    if (taps.length < 2) return;
    setTempo(Math.round((600000 * (taps.length - 1)) / (now - taps[0])) / 10);
  };
}

/** Let a button be tapped: when it is pressed, not when it is let go. */
export function bindTap(button, tap) {
  button.addEventListener("pointerdown", tap);
  button.addEventListener("click", (event) => {
    if (event.detail === 0) tap(event); // by keyboard
  });
}
