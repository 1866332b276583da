// Loops of sound: from the server's answer to a buffer, kept, faded in and out on the audio clock.

import { ask, bytesFromBase64 } from "../core/server.js";

export const FADE_S = 0.012;

/** Interleaved 16-bit samples, as the server sends them, -> AudioBuffer. */
export function decodeSound(context, sound) {
  const bytes = bytesFromBase64(sound.pcm16);
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
 * Sounds that the server makes of requests, the last `most` of them kept.
 *
 * `get(context, request)` gives the AudioBuffer or throws an Error with the server's line.
 */
export function createSoundCache(render, most) {
  const sounds = new Map();
  return {
    async get(context, request) {
      const key = JSON.stringify(request);
      const kept = sounds.get(key);
      if (kept) return kept;
      const sound = await ask(render, request);
      if (sound.error) throw new Error(sound.error);
      const buffer = decodeSound(context, sound);
      sounds.set(key, buffer);
      if (sounds.size > most) sounds.delete(sounds.keys().next().value);
      return buffer;
    },
  };
}

/** Let a gain go from silence to full, or back, from the time `at` on. */
function ramp({ gain }, from, to, at) {
  gain.setValueAtTime(from, at);
  gain.linearRampToValueAtTime(to, at + FADE_S);
}

export const fadeIn = (node, at) => ramp(node, 0, 1, at);
export const fadeOut = (node, at) => ramp(node, 1, 0, at);

/** Start a loop at the time `at`, `phase` (0..1) of its length after its beginning, faded in. */
export function startLoop(buffer, output, at, phase) {
  const node = new AudioBufferSourceNode(output.context, { buffer, loop: true });
  const gain = new GainNode(output.context, { gain: 0 });
  node.connect(gain).connect(output);
  fadeIn(gain, at);
  node.start(at, phase * buffer.duration);
  node.addEventListener("ended", () => gain.disconnect());
  return { buffer, node, gain };
}

/** Fade a loop out from the time `at` on; then it has ended. */
export function endLoop({ node, gain }, at) {
  fadeOut(gain, at);
  node.stop(at + FADE_S);
}

/** Where in a loop of so many seconds (0..1) `seconds` after its beginning lie. */
export function phaseOf(seconds, duration) {
  const loops = seconds / duration;
  return loops - Math.floor(loops);
}
