// The song's sound: each section is a loop, the audio clock says when one gives way to the next.

import { positionOf } from "../core/shaping.js";
import { STEPS } from "../core/steps.js";
import { FADE_S, createSoundCache, endLoop, fadeOut, phaseOf, startLoop } from "../sound/loops.js";

const LOOKAHEAD_S = 0.05;
const MAX_SOUNDS = 32; // loops that are kept, for sections that come again

/** How many steps before its bar line a groove's first hit is played, 0 if none is early. */
function earlySteps(groove) {
  return Math.max(0, ...groove.hits.map((hit) => -positionOf(hit, groove.swing)));
}

/** Sections with `first` and `end`: where each lies, in loops from the song's start. */
function planOf(sections) {
  let end = 0;
  return sections.map((section) => {
    const first = end;
    end += section.repeats;
    return { ...section, first, end };
  });
}

/**
 * Plays sections `{request, repeats}` in order, each the loop that the server makes of `request`.
 *
 * All loops are equally long. A section gives way to the next just before the early hits of
 * either, so that the next one's are heard in their place and its own, which belong to another
 * repeat, are not. `onChange()` reports play, stop and the end.
 */
export function createSongPlayer({ transport, render, onChange, onError }) {
  const sounds = createSoundCache(render, MAX_SOUNDS);
  let run = null; // what is heard: {plan, output, nodes, origin (s), duration of a loop (s)}
  let coming = null; // what is being prepared
  transport.share(() => coming !== null);

  const placeAt = (time) => (time - run.origin) / run.duration;

  /** All that a run has scheduled goes silent. */
  function endRun({ output, nodes }, at) {
    fadeOut(output, at);
    for (const node of nodes) node.stop(at + FADE_S);
    const rest = at + 2 * FADE_S - output.context.currentTime;
    setTimeout(() => output.disconnect(), 1000 * rest);
  }

  /** The next run takes over from what is heard; its clock starts on a frame. */
  function begin(next, buffer, place, lead) {
    const { context } = next.output;
    const { sampleRate } = context;
    const at = Math.ceil((context.currentTime + LOOKAHEAD_S) * sampleRate) / sampleRate;
    next.at = at;
    next.duration = buffer.duration;
    next.origin = at + (run ? 0 : lead) - place(at) * buffer.duration;
    if (run) endRun(run, at);
    run = next;
    onChange();
  }

  /** Seconds by which the change from section `index - 1` to `index` precedes the bar line. */
  function leadOf({ plan, output }, index, duration) {
    const { sampleRate } = output.context;
    const steps = [plan[index - 1], plan[index]]
      .filter(Boolean)
      .map(({ request }) => earlySteps(request.groove));
    const frames = Math.ceil((Math.max(...steps) / STEPS) * duration * sampleRate);
    return FADE_S + frames / sampleRate;
  }

  function schedule(own, index, buffer) {
    const { plan, origin, duration, output } = own;
    const { first, end } = plan[index];
    const from = Math.max(own.at, origin + first * duration - leadOf(own, index, duration));
    const until = origin + end * duration - leadOf(own, index + 1, duration) + FADE_S;
    if (until - from < 2 * FADE_S) return;
    const loop = startLoop(buffer, output, from, phaseOf(from - origin, duration));
    endLoop(loop, until - FADE_S);
    loop.node.addEventListener("ended", () => {
      if (own === run && index === plan.length - 1) stop();
    });
    own.nodes.push(loop.node);
  }

  /** Play `sections` from `place(time)`, in loops, when the sound is ready. */
  async function start(sections, place) {
    const context = transport.open();
    const next = { plan: planOf(sections), output: new GainNode(context), nodes: [] };
    coming = next;
    next.output.connect(transport.output);
    try {
      for (const [index, { request, end }] of next.plan.entries()) {
        if (end <= place(context.currentTime)) continue;
        const buffer = await sounds.get(context, request);
        if (coming !== next) return;
        if (run !== next) begin(next, buffer, place, leadOf(next, index, buffer.duration));
        schedule(next, index, buffer);
      }
      if (run !== next) stop(); // what was playing is no longer part of the song
    } catch (error) {
      if (coming !== next) return;
      stop();
      onError(/** @type {Error} */ (error).message);
    }
  }

  function stop() {
    coming = null;
    if (run) endRun(run, run.output.context.currentTime + 0.02);
    run = null;
    onChange();
  }

  return {
    /** Play from the section of that number on. */
    play(sections, index = 0) {
      if (run) stop();
      const { first } = planOf(sections)[index];
      start(sections, () => first);
      onChange();
    },
    /** The song, its tempo or its sound has changed: go on where it is, `place` maps loops. */
    follow(sections, moved = (place) => place) {
      if (run) start(sections, (time) => moved(placeAt(time)));
    },
    stop,
    get playing() {
      return coming !== null;
    },
    /** What the ear hears now: {index, pass, phase (0..1)}; null when nothing sounds. */
    get heard() {
      if (!run) return null;
      const { context } = run.output;
      const place = placeAt(context.currentTime - (context.outputLatency || 0));
      const index = run.plan.findLastIndex(({ first }) => first <= Math.max(0, place));
      const within = Math.max(0, place - run.plan[index].first);
      return { index, pass: Math.floor(within), phase: within % 1 };
    },
  };
}
