// Plays a score on the audio clock: hits are scheduled a little ahead, each ends what it chokes.

import { eventsBetween } from "./score.js";

/** @import { Score, ScoreEvent } from "./score.js" */
/** @import { KitSounds } from "./kitsounds.js" */

/**
 * What is played: the score, the kit, each voice's level and how long a step is.
 *
 * @typedef {{
 *   score: Score, kit: KitSounds, levels: Record<string, number>, stepSeconds: number
 * }} Program
 */

const TICK_MS = 25;
const AHEAD_S = 0.15;
const HIDDEN_AHEAD_S = 1.5; // timers of a page that is not seen run once a second
const JUST_BEFORE = 0.5; // steps
const FADE_S = 0.012;
const SETTLE_S = FADE_S / 3; // a level comes within 5% of where it goes in a fade's time

/**
 * A clock with a score on it.
 *
 * The place of the music is a count of steps that goes on whatever the tempo: `anchors` say where
 * it was at which time. What is scheduled but has not begun is taken back when anything changes, so
 * that a change is heard from the next hit on; what rings goes on ringing.
 *
 * @param {BaseAudioContext} context
 * @param {AudioNode} output
 * @param {() => void} onEnd a score that does not loop is over
 */
export function createSequencer(context, output, onEnd = () => {}) {
  /** @type {Program | null} */
  let program = null;
  let anchors = []; // {time, position, stepSeconds}: from `time` on; newest last
  let scheduledTo = 0; // all events before this position are scheduled
  let voices = []; // {event, time, source, gain, fade (when it is ended)}: what sounds or will
  let timer = null;
  /** @type {Map<string, GainNode>} */
  const rows = new Map(); // each voice's level

  const ahead = () => (globalThis.document?.hidden ? HIDDEN_AHEAD_S : AHEAD_S);

  function positionAt(time) {
    const anchor = anchors.findLast((one) => one.time <= time) ?? anchors[0];
    return anchor.position + (time - anchor.time) / anchor.stepSeconds;
  }

  function timeOf(position) {
    const anchor = anchors.at(-1);
    return anchor.time + (position - anchor.position) * anchor.stepSeconds;
  }

  function rowOf(voice) {
    if (!rows.has(voice)) {
      rows.set(voice, new GainNode(context, { gain: program.levels[voice] ?? 1 }));
      rows.get(voice).connect(output);
    }
    return rows.get(voice);
  }

  /** @param {ScoreEvent} event */
  function sound(event, time) {
    for (const other of voices) {
      const seconds = program.kit.fadeOf(other.event.voice, event.voice);
      if (!seconds || other.time >= time || other.fade !== null) continue;
      other.gain.gain.setTargetAtTime(0, time, seconds);
      other.fade = time;
    }
    const hit = program.kit.hit(event.voice, event.velocity);
    if (!hit) return;
    const source = new AudioBufferSourceNode(context, { buffer: hit.buffer });
    const gain = new GainNode(context, { gain: hit.gain });
    source.connect(gain).connect(rowOf(event.voice));
    source.start(time);
    const one = { event, time, source, gain, fade: null };
    voices.push(one);
    source.addEventListener("ended", () => {
      gain.disconnect();
      voices = voices.filter((other) => other !== one);
    });
  }

  /** Schedule what is played before the time `until`. */
  function schedule(until) {
    const [from, position] = [scheduledTo, positionAt(until)];
    scheduledTo = Math.max(from, position);
    const known = new Set(voices.map(({ event }) => event.id));
    for (const event of eventsBetween(program.score, from, position)) {
      if (!known.has(event.id)) sound(event, timeOf(event.position));
    }
  }

  function tick() {
    const { loops, length } = program.score;
    if (!loops && positionAt(context.currentTime) >= length) {
      leave(); // the last tails ring on
      onEnd();
    } else schedule(context.currentTime + ahead());
  }

  /** Take back what has not begun at `time`; return the names of these hits. */
  function takeBack(time) {
    const taken = voices.filter((one) => one.time > time);
    for (const { source, gain } of taken) {
      source.stop();
      gain.disconnect();
    }
    voices = voices.filter((one) => one.time <= time);
    for (const one of voices) {
      if (one.fade === null || one.fade <= time) continue;
      one.gain.gain.cancelScheduledValues(one.fade);
      one.fade = null;
    }
    return new Set(taken.map(({ event }) => event.id));
  }

  function leave() {
    clearInterval(timer);
    [timer, program, anchors] = [null, null, []];
  }

  /** Go silent from `time` on, without a click. */
  function stop(time) {
    takeBack(time);
    for (const { source, gain } of voices) {
      gain.gain.cancelScheduledValues(time);
      gain.gain.setTargetAtTime(0, time, SETTLE_S);
      source.stop(time + 2 * FADE_S);
    }
    voices = [];
    leave();
  }

  return {
    /**
     * Begin at a position, at a time; what sounded before ends.
     *
     * @param {Program} next
     */
    start(next, position, time) {
      if (program) stop(time);
      program = next;
      for (const [voice, node] of rows) node.gain.setValueAtTime(next.levels[voice] ?? 1, time);
      anchors = [{ time, position, stepSeconds: next.stepSeconds }];
      scheduledTo = position;
      timer = setInterval(tick, TICK_MS);
      schedule(time + ahead());
    },
    /**
     * Go on as `next` says from `time` on, in the same place or where `moved` leads.
     *
     * @param {Program} next
     */
    change(next, time, moved = (position) => position) {
      const taken = takeBack(time);
      program = next;
      for (const [voice, node] of rows) {
        node.gain.setTargetAtTime(next.levels[voice] ?? 1, time, SETTLE_S);
      }
      const position = moved(positionAt(time));
      anchors = [...anchors.slice(-3), { time, position, stepSeconds: next.stepSeconds }];
      scheduledTo = position;
      // What was just ahead and now lies just behind is not lost.
      for (const event of eventsBetween(next.score, position - JUST_BEFORE, position)) {
        if (taken.has(event.id)) sound(event, time);
      }
      schedule(time + ahead());
    },
    stop,
    schedule,
    /** Where the music is, in steps from the start; null when nothing plays. */
    positionAt: (time) => (program ? positionAt(time) : null),
  };
}
