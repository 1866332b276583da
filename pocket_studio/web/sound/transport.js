// Sound: loops that play without a gap, swap in phase, and say where the playhead is.

import { createChannel } from "../core/server.js";
import { keepAwake } from "./awake.js";
import { FADE_S, createSoundCache, decodeSound, endLoop, phaseOf, startLoop } from "./loops.js";

const SAMPLE_RATE = 44100;
// The sound of the next 10-20 ms is already on its way when the page asks for the time: a fade
// that is to be heard whole must begin after it.
const LOOKAHEAD_S = 0.02;
// The oldest goes: each kit has seven of half a megabyte and more.
const MAX_AUDITIONS = 28;

/**
 * Plays one loop at a time from a source, an object with a `key`.
 *
 * `render(requestOf(source))` and `audition(request)` ask the server, the first only when its
 * request differs from what plays; `onChange()` reports play, stop and swap; `onError(line)` reports
 * what went wrong, `onResumed()` that sound which the browser had paused goes on. A new groove fades in over the old one at the same musical position, whatever its
 * tempo.
 */
export function createTransport({
  render,
  requestOf,
  audition = null,
  onChange,
  onError,
  onSwap,
  onResumed = () => {},
}) {
  let context = null;
  let output = null;
  let source = null;
  let voice = null;
  let playing = false;
  let volume = 1;
  let rendered = null; // the request of what plays, as text
  let isElsewhere = () => false; // whether others play into the output
  let anchors = []; // from `time` on, the loop that began at `origin`; newest last
  const auditions = createSoundCache(audition, MAX_AUDITIONS);

  const channel = createChannel({
    send: render,
    makeRequest() {
      const request = playing && requestOf(source);
      const text = JSON.stringify(request);
      if (!request || text === rendered) return null;
      rendered = text;
      return request;
    },
    onAnswer: (sound) => {
      if (playing) swap(decodeSound(context, sound));
    },
    onError: (line) => {
      rendered = null;
      if (!voice) stop();
      onError(line);
    },
  });

  function open() {
    if (!context) {
      context = new AudioContext({ sampleRate: SAMPLE_RATE, latencyHint: "interactive" });
      output = new GainNode(context, { gain: volume });
      output.connect(context.destination);
      const isPlaying = () => playing || isElsewhere();
      keepAwake(context, { isPlaying, onPaused: onError, onResumed });
    }
    if (context.state !== "running") context.resume().catch(() => {});
    return context;
  }

  function phaseAt(time) {
    const anchor = anchors.findLast((one) => one.time <= time) || anchors[0];
    if (!anchor) return 0;
    return phaseOf(time - anchor.origin, anchor.duration);
  }

  function swap(buffer) {
    const at = context.currentTime + LOOKAHEAD_S;
    const phase = voice ? phaseAt(at) : 0;
    const { duration } = buffer;
    const next = startLoop(buffer, output, at, phase);
    if (voice) endLoop(voice, at);
    anchors = [...anchors.slice(-1), { time: at, origin: at - phase * duration, duration }];
    voice = next;
    onSwap({ startTime: at, fade: FADE_S, contextTime: context.currentTime });
    onChange();
  }

  function play(next) {
    open();
    // Another piece begins at its beginning; an edit of this one goes on where it is.
    if (!source || source.key !== next.key) {
      channel.cancel();
      silence();
    }
    source = next;
    playing = true;
    channel.request();
    onChange();
  }

  function silence() {
    rendered = null;
    if (voice) endLoop(voice, context.currentTime + LOOKAHEAD_S);
    voice = null;
    anchors = [];
  }

  function stop() {
    playing = false;
    channel.cancel();
    silence();
    onChange();
  }

  /** The groove of the source has changed: render it again if it is what plays. */
  function replace(next) {
    if (!playing || source.key !== next.key) return;
    source = next;
    channel.request();
  }

  /** Set how loud all of it is, 0..1, at once and without a click. */
  function setVolume(value) {
    volume = value;
    if (output) output.gain.setTargetAtTime(value, context.currentTime, FADE_S);
  }

  /** Have the sound of a hit at hand; null where there is none. */
  async function prepareHit(request) {
    try {
      return await auditions.get(open(), request);
    } catch (error) {
      onError(/** @type {Error} */ (error).message);
      return null;
    }
  }

  async function hit(request) {
    const buffer = await prepareHit(request);
    if (!buffer) return;
    const node = new AudioBufferSourceNode(context, { buffer });
    node.connect(output);
    node.start();
    onSwap({ drum: request.drum });
  }

  return {
    open,
    /** Let others play into the output: `isPlaying()` says whether they do. */
    share(isPlaying) {
      isElsewhere = isPlaying;
    },
    play,
    stop,
    replace,
    hit,
    prepareHit,
    setVolume,
    phaseAt,
    get playing() {
      return playing;
    },
    get sourceKey() {
      return source ? source.key : null;
    },
    get buffer() {
      return voice ? voice.buffer : null;
    },
    get context() {
      return context;
    },
    get output() {
      return output;
    },
    get busy() {
      return channel.busy;
    },
    /** Where in the loop (0..1) the ear is now; null when nothing sounds. */
    get heardPhase() {
      if (!playing || !voice) return null;
      return phaseAt(context.currentTime - (context.outputLatency || 0));
    },
  };
}
