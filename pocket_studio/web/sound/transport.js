// Sound: what plays, from a source to the audio clock, and where the playhead is.

import { STEPS, STEPS_PER_BEAT } from "../core/steps.js";
import { keepAwake } from "./awake.js";
import { SAMPLE_RATE, createKitSounds } from "./kitsounds.js";
import { loopScore, songScore, startOf } from "./score.js";
import { createSequencer } from "./sequencer.js";

/** @import { Call, Source } from "../types.js" */

// The sound of the next 10-20 ms is already on its way when the page asks for the time.
const SOON_S = 0.015;
const KNEE = 0.8; // of full scale: what is louder is bent, as the server's files are
const KNEE_RANGE = 4;

/** The curve of `to_pcm` in pocket_studio/sound/loop.py, over -4..4 of full scale. */
function kneeCurve(n = 8193) {
  return Float32Array.from({ length: n }, (_, index) => {
    const value = KNEE_RANGE * ((2 * index) / (n - 1) - 1);
    const over = Math.max(0, Math.abs(value) - KNEE) / (1 - KNEE);
    return over ? Math.sign(value) * (KNEE + (1 - KNEE) * Math.tanh(over)) : value;
  });
}

/** A mix that never clips hard, into `destination`. */
export function createOutput(context, destination) {
  const input = new GainNode(context, { gain: 1 / KNEE_RANGE });
  input.connect(new WaveShaperNode(context, { curve: kneeCurve() })).connect(destination);
  return input;
}

/** @param {Source} source */
export const scoreOf = ({ groove, sections, levels = {}, click }) =>
  sections ? songScore(sections, levels, click) : loopScore(groove, levels, click);

export const stepSecondsOf = (tempo_bpm) => 60 / tempo_bpm / STEPS_PER_BEAT;

/**
 * Plays one source at a time: a groove that loops, or the sections of a song.
 *
 * `askKit(request)` asks the server for a kit; `onChange()` reports play and stop, `onError(line)`
 * what went wrong, `onPaused(line)` that the browser has paused the sound, `onResumed()` that it goes
 * on, `onSound(detail)` from when on a change is heard, or which drum was hit. A source of the key
 * that plays goes on where it is, whatever its tempo; another begins anew.
 *
 * @param {{
 *   askKit: Call, onChange: () => void, onError: (line: string) => void,
 *   onPaused?: (line: string) => void, onResumed?: () => void, onSound?: (detail: object) => void
 * }} options
 */
export function createTransport({
  askKit,
  onChange,
  onError,
  onPaused = onError,
  onResumed = () => {},
  onSound = () => {},
}) {
  /** @type {AudioContext} */
  let context = null;
  let volume = null; // the last node
  let levelled = null; // the source's own gain
  let mix = null; // the first
  let sequencer = null;
  /** @type {Source | null} */
  let source = null;
  let playing = false;
  let heard = false; // whether it has begun to sound
  let loudness = 1;
  let waiting = 0; // changes whose sounds are not here yet
  let checkAwake = () => {};
  let moves = null; // how places have moved in changes that are not heard yet
  let change = 0; // the number of the last change, so that an older one that comes late is dropped
  const kits = createKitSounds(askKit);

  function open() {
    if (!context) {
      context = new AudioContext({ sampleRate: SAMPLE_RATE, latencyHint: "interactive" });
      volume = new GainNode(context, { gain: loudness });
      volume.connect(context.destination);
      levelled = new GainNode(context);
      levelled.connect(volume);
      mix = createOutput(context, levelled);
      sequencer = createSequencer(context, mix, end);
      checkAwake = keepAwake(context, { isPlaying: () => playing, onPaused, onResumed });
    }
    if (context.state !== "running") context.resume().catch(() => {});
    return context;
  }

  const soon = () => context.currentTime + SOON_S;

  /** Bring what sounds in line with the source, as soon as its sounds are here. */
  async function follow({ from = 0, moved = undefined } = {}) {
    change += 1;
    const own = change;
    const before = moves;
    moves = before && moved ? (position) => moved(before(position)) : (moved ?? before);
    const { groove, sections, levels = {} } = source;
    const score = scoreOf(source);
    const stepSeconds = stepSecondsOf((groove ?? sections[0].groove).tempo_bpm);
    waiting += 1;
    try {
      const kit = await kits.get(source);
      await kit.prepare(score.events);
      if (own !== change || !playing) return;
      const program = { score, kit, levels, stepSeconds };
      const time = soon();
      levelled.gain.setValueAtTime(source.gain ?? 1, heard ? time : context.currentTime);
      if (heard) sequencer.change(program, time, moves ?? undefined);
      else sequencer.start(program, startOf(score, from), time);
      moves = null;
      heard = true;
      checkAwake();
      onSound({ startTime: time, contextTime: context.currentTime });
      onChange();
      kit.prepareOthers().catch(() => {}); // said when one of them is played
    } catch (error) {
      if (own !== change) return;
      if (!heard) stop();
      onError(/** @type {Error} */ (error).message);
    } finally {
      waiting -= 1;
    }
  }

  function silence() {
    change += 1;
    moves = null;
    if (heard) sequencer.stop(soon());
    heard = false;
  }

  /** A song is over; its last tails ring on. */
  function end() {
    change += 1;
    [playing, heard] = [false, false];
    onChange();
  }

  /** @param {Source} next */
  function play(next, { from = 0 } = {}) {
    open();
    if (!source || source.key !== next.key || from) silence();
    source = next;
    playing = true;
    follow({ from });
    onChange();
  }

  function stop() {
    playing = false;
    silence();
    onChange();
  }

  /**
   * The source has changed: let what plays follow; a song's places may have `moved`.
   *
   * @param {Source} next
   * @param {(position: number) => number} [moved]
   */
  function replace(next, moved) {
    if (!playing || source.key !== next.key) return;
    source = next;
    follow({ moved });
  }

  /** Set how loud all of it is, 0..1, at once and without a click. */
  function setVolume(value) {
    loudness = value;
    if (volume) volume.gain.setTargetAtTime(value, context.currentTime, 0.012);
  }

  /**
   * Fetch what a source needs, then the rest of its kit, so that no sound waits. What goes wrong is
   * said when it is played.
   *
   * @param {Source} coming
   */
  async function prepare(coming) {
    try {
      const kit = await kits.get(coming);
      await kit.prepare(scoreOf(coming).events);
      await kit.prepareOthers();
    } catch {
      // as above
    }
  }

  /** Have the sound of a hit at hand; null where there is none. */
  async function prepareHit({ drum, velocity, soundfont, kit: program }) {
    open();
    try {
      const kit = await kits.get({ soundfont, kit: program });
      await kit.prepare([{ voice: drum, velocity }]);
      return kit.hit(drum, velocity);
    } catch (error) {
      onError(/** @type {Error} */ (error).message);
      return null;
    }
  }

  async function hit(request) {
    const sound = await prepareHit(request);
    if (!sound) return;
    const node = new AudioBufferSourceNode(context, { buffer: sound.buffer });
    node.connect(new GainNode(context, { gain: sound.gain })).connect(mix);
    node.start();
    onSound({ drum: request.drum });
  }

  return {
    open,
    play,
    stop,
    replace,
    hit,
    prepare,
    prepareHit,
    setVolume,
    get playing() {
      return playing;
    },
    get busy() {
      return waiting > 0;
    },
    get source() {
      return source;
    },
    get output() {
      return volume;
    },
    /** Where the music is at a time of the audio clock, in steps; null when nothing sounds. */
    positionAt: (time) => (heard ? sequencer.positionAt(time) : null),
    get sourceKey() {
      return source ? source.key : null;
    },
    get context() {
      return context;
    },
    /** Where the ear is now, in steps from the start; null when nothing sounds. */
    get heardPosition() {
      if (!playing || !heard) return null;
      return sequencer.positionAt(context.currentTime - (context.outputLatency || 0));
    },
    /** Where in the loop (0..1) the ear is now; null when nothing sounds. */
    get heardPhase() {
      const position = this.heardPosition;
      return position === null ? null : (((position / STEPS) % 1) + 1) % 1;
    },
  };
}
