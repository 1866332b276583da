// Sound: loops that play without a gap, swap in phase, and say where the playhead is.
"use strict";

(function (studio) {
  const SAMPLE_RATE = 44100;
  const FADE_S = 0.012;
  // The sound of the next 10-20 ms is already on its way when the page asks for the time: a fade
  // that is to be heard whole must begin after it.
  const LOOKAHEAD_S = 0.02;
  const MAX_AUDITIONS = 28;

  /** Interleaved 16-bit samples, as the server sends them, -> AudioBuffer. */
  function decodeSound(context, sound) {
    const bytes = studio.bytesFromBase64(sound.pcm16);
    const samples = new Int16Array(bytes.buffer, 0, sound.n_frames * sound.channels);
    const buffer = context.createBuffer(sound.channels, sound.n_frames, sound.sample_rate);
    for (let channel = 0; channel < sound.channels; channel += 1) {
      const line = buffer.getChannelData(channel);
      for (let frame = 0; frame < sound.n_frames; frame += 1) {
        line[frame] = samples[frame * sound.channels + channel] / 32768;
      }
    }
    return buffer;
  }

  /**
   * Plays one loop at a time from a source, an object with a `key`.
   *
   * `render(requestOf(source))` and `audition(request)` ask the server, the first only when its
   * request differs from what plays; `onChange()` reports play, stop and swap; `onError(line)` reports what went wrong. A new groove fades in over the old one at the
   * same musical position, whatever its tempo.
   */
  function createTransport({ render, requestOf, audition, onChange, onError, onSwap }) {
    let context = null;
    let output = null;
    let source = null;
    let voice = null;
    let playing = false;
    let volume = 1;
    let rendered = null; // the request of what plays, as text
    let anchors = []; // {time, phase, duration}: the musical position from `time` on, newest last
    const auditions = new Map();

    const channel = studio.createChannel({
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
      }
      if (context.state === "suspended") context.resume();
      return context;
    }

    function phaseAt(time) {
      const anchor = anchors.findLast((one) => one.time <= time) || anchors[0];
      if (!anchor) return 0;
      const phase = anchor.phase + (time - anchor.time) / anchor.duration;
      return phase - Math.floor(phase);
    }

    function fadeOut(old, at) {
      old.gain.gain.setValueAtTime(1, at);
      old.gain.gain.linearRampToValueAtTime(0, at + FADE_S);
      old.node.stop(at + FADE_S + 0.02);
      old.node.onended = () => old.gain.disconnect();
    }

    function swap(buffer) {
      const at = context.currentTime + LOOKAHEAD_S;
      const phase = voice ? phaseAt(at) : 0;
      const node = new AudioBufferSourceNode(context, { buffer, loop: true });
      const gain = new GainNode(context, { gain: 0 });
      node.connect(gain).connect(output);
      gain.gain.setValueAtTime(0, at);
      gain.gain.linearRampToValueAtTime(1, at + FADE_S);
      node.start(at, phase * buffer.duration);
      if (voice) fadeOut(voice, at);
      anchors = [...anchors.slice(-1), { time: at, phase, duration: buffer.duration }];
      voice = { node, gain, buffer };
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
      if (voice) fadeOut(voice, context.currentTime + LOOKAHEAD_S);
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

    /** Have the sound of a hit at hand; false where there is none. */
    async function prepareHit(request) {
      open();
      const key = JSON.stringify(request);
      if (!auditions.has(key)) {
        const sound = await studio.ask(audition, request);
        if (sound.error) {
          onError(sound.error);
          return false;
        }
        // The oldest goes: each kit has seven of half a megabyte and more.
        if (auditions.size >= MAX_AUDITIONS) auditions.delete(auditions.keys().next().value);
        auditions.set(key, decodeSound(context, sound));
      }
      return true;
    }

    async function hit(request) {
      if (!await prepareHit(request)) return;
      const buffer = auditions.get(JSON.stringify(request));
      const node = new AudioBufferSourceNode(context, { buffer });
      node.connect(output);
      node.start();
      onSwap({ drum: request.drum });
    }

    return {
      open,
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

  Object.assign(studio, { createTransport, decodeSound });
})(window.PocketStudio);
