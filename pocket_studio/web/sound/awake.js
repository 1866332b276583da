// A browser may pause all sound by itself: for a call, another device, or to save power.

const PATIENCE_MS = 1000;
const PAUSED = "The browser has paused the sound: click anywhere to go on.";

/**
 * Keep `context` running while `isPlaying()`: when it stops it is resumed, at once and at the next
 * click or key. `onPaused(line)` says that neither has helped yet, `onResumed()` that it plays again.
 *
 * @param {AudioContext} context
 * @returns {() => void} looks whether it runs, for where it may have been paused from the start
 */
export function keepAwake(context, { isPlaying, onPaused, onResumed }) {
  let timer = null;
  let isSaid = false;

  function resume() {
    if (context.state === "running" || !isPlaying()) return;
    context.resume().catch(() => {}); // it may not, or not yet
  }

  function check() {
    clearTimeout(timer);
    if (context.state === "running") {
      if (isSaid) onResumed();
      isSaid = false;
      return;
    }
    resume();
    timer = setTimeout(() => {
      if (context.state === "running" || !isPlaying()) return;
      isSaid = true;
      onPaused(PAUSED);
    }, PATIENCE_MS);
  }

  // "suspended", or "interrupted" in Safari.
  context.addEventListener("statechange", check);
  for (const event of ["pointerdown", "keydown"]) document.addEventListener(event, resume, true);
  document.addEventListener("visibilitychange", resume);
  return check;
}
