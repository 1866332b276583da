// What is played when: grooves and songs as events in steps, for whoever puts them on a clock.

import { gracesOf } from "../core/ornaments.js";
import { positionOf } from "../core/shaping.js";
import { STEPS, STEPS_PER_BAR, STEPS_PER_BEAT } from "../core/steps.js";

/** @import { Drum, Groove, Hit } from "../types.js" */

/**
 * What sounds once: its place in steps from the start, the step that it belongs to, which voice of
 * the kit, how hard (0..1), and a name that it keeps when it is moved a little or changed.
 *
 * @typedef {{
 *   position: number, step: number, voice: string, velocity: number, id: string
 * }} ScoreEvent
 */

/**
 * Events in order of time, over so many steps; a loop begins again where it ends.
 *
 * @typedef {{ events: ScoreEvent[], length: number, loops: boolean }} Score
 */

/** The voices that count, beside the drums. */
const CLICK_VOICES = ["bar_click", "beat_click"];

const byPosition = (one, other) => one.position - other.position;

/**
 * The events of two bars that begin at the step `first`; an early hit or grace note lies before it.
 *
 * @param {Groove} groove
 * @param {Partial<Record<Drum, number>>} levels what is at 0 is left out, and so ends nothing
 * @returns {ScoreEvent[]}
 */
function eventsOf(groove, levels, first = 0, tempo_bpm = groove.tempo_bpm) {
  return groove.hits
    .filter(({ drum }) => levels[drum] !== 0)
    .flatMap((hit) => {
      const main = {
        position: first + positionOf(hit, groove.swing),
        step: first + hit.step,
        voice: hit.drum,
        velocity: hit.velocity,
        id: `${hit.drum}:${first + hit.step}`,
      };
      const graces = gracesOf(hit, tempo_bpm).map(({ before, velocity }, index) => ({
        ...main,
        position: main.position - before,
        velocity,
        id: `${main.id}:grace ${index}`,
      }));
      return [...graces, main];
    });
}

/** @returns {ScoreEvent[]} */
function clicks(first = 0) {
  return [...Array(STEPS / STEPS_PER_BEAT).keys()].map((beat) => {
    const position = first + beat * STEPS_PER_BEAT;
    const voice = CLICK_VOICES[position % STEPS_PER_BAR ? 1 : 0];
    return { position, step: position, voice, velocity: 1, id: `click:${position}` };
  });
}

/**
 * A groove that goes round; a hit pushed before its start wraps to its end.
 *
 * @param {Groove} groove
 * @param {Partial<Record<Drum, number>>} levels
 * @returns {Score}
 */
export function loopScore(groove, levels, click = false) {
  const events = [...eventsOf(groove, levels), ...(click ? clicks() : [])];
  const wrapped = events.map((one) => ({ ...one, position: (one.position + STEPS) % STEPS }));
  return { events: wrapped.sort(byPosition), length: STEPS, loops: true };
}

/**
 * Sections one after the other; early hits of each lie before its bar line.
 *
 * @param {{ groove: Groove, repeats: number }[]} sections
 * @param {Partial<Record<Drum, number>>} levels
 * @returns {Score}
 */
export function songScore(sections, levels, click = false) {
  let length = 0;
  const tempo_bpm = sections[0]?.groove.tempo_bpm;
  const events = [];
  for (const { groove, repeats } of sections) {
    for (let pass = 0; pass < repeats; pass += 1) {
      events.push(...eventsOf(groove, levels, length, tempo_bpm), ...(click ? clicks(length) : []));
      length += STEPS;
    }
  }
  return { events: events.sort(byPosition), length, loops: false };
}

/**
 * The events with `from` <= position < `until`, at positions from the start of the first pass.
 *
 * @param {Score} score
 * @returns {ScoreEvent[]}
 */
export function eventsBetween({ events, length, loops }, from, until) {
  const first = loops ? Math.floor(from / length) : 0;
  const last = loops ? Math.floor(until / length) : 0;
  const found = [];
  for (let pass = first; pass <= last; pass += 1) {
    for (const event of events) {
      const position = event.position + pass * length;
      if (position >= from && position < until)
        found.push({ ...event, position, id: `${pass}:${event.id}` });
    }
  }
  return found;
}

/** Where to begin so that a hit of the step `from` that is early, or a later one, is not missed. */
export function startOf({ events }, from) {
  const early = events.find(({ position, step }) => position < from && step >= from);
  return early ? early.position : from;
}
