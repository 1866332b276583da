// Play and stop, by button and Space, and the playhead over the sheet.

import { STEPS } from "../core/steps.js";

function createPlayhead(part, transport) {
  const head = part("playhead");
  let frame = null;
  function move() {
    const phase = transport.heardPhase;
    head.hidden = phase === null || transport.sourceKey !== "sketch";
    if (!head.hidden) {
      // A hit on the grid is drawn at the centre of its column, half a step to the right.
      const place = (phase + 0.5 / STEPS) % 1;
      head.style.transform = `translateX(${place * head.parentElement.clientWidth}px)`;
    }
    frame = transport.playing ? requestAnimationFrame(move) : null;
  }
  return () => {
    if (frame === null) move();
  };
}

/** @returns what Play does in views with a sound of their own, for them to fill in. */
export function bindPlaying({ part, boot, store, instance, transport, player, shortcuts, hooks }) {
  const movePlayhead = createPlayhead(part, transport);
  const playIn = {}; // what Play does in views with a sound of their own

  function toggle() {
    if (boot.sound_notice) return; // a condition, which is said
    if (playIn[store.state.view]) playIn[store.state.view]();
    else if (transport.playing) transport.stop();
    else if (instance.groove) transport.play(player.sketch());
  }

  part("play").addEventListener("click", toggle);
  part("play").disabled = Boolean(boot.sound_notice);
  shortcuts.add(["Space"], "Play or stop", (event) => event.repeat || toggle());
  hooks.push({
    sound() {
      part("play").setAttribute("aria-pressed", String(transport.playing));
      part("play-text").textContent = transport.playing ? "Stop" : "Play";
      movePlayhead();
    },
  });
  return playIn;
}
