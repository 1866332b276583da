// A kit's single hits: fetched when they are first needed, scaled to the loudness of each velocity.

import { ask, fetchBytes } from "../core/server.js";

/** @import { Call, KitAnswer } from "../types.js" */

export const SAMPLE_RATE = 44100;
const MAX_KITS = 4; // a kit has some 5 MB when all of it was needed
const ONSET_S = 0.1; // of a sound that says how loud it is, as in pocket_studio/sound/sampling.py

/** Root mean square of the first tenth of a second. */
function loudnessOf(buffer) {
  const length = Math.min(buffer.length, Math.round(ONSET_S * buffer.sampleRate));
  let sum = 0;
  for (let channel = 0; channel < buffer.numberOfChannels; channel += 1) {
    const line = buffer.getChannelData(channel);
    for (let frame = 0; frame < length; frame += 1) sum += line[frame] ** 2;
  }
  const whole = Math.round(ONSET_S * buffer.sampleRate) * buffer.numberOfChannels;
  return Math.sqrt(sum / whole);
}

/** The place of the softest of `velocities` (the loudest first) that is not softer than one. */
function nearestAbove(velocities, velocity) {
  const found = velocities.findLastIndex((one) => one >= velocity);
  return Math.max(0, found);
}

/** How loud a velocity is: between two that were measured, in dB against its logarithm. */
function levelAt(velocities, levels, velocity) {
  const above = nearestAbove(velocities, velocity);
  const below = Math.min(above + 1, velocities.length - 1);
  const [high, low] = above === below ? [above - 1, below] : [above, below];
  if (!levels[low] || !levels[high]) return levels[velocity < velocities[high] ? low : high];
  const share = Math.log(velocity / velocities[low]) / Math.log(velocities[high] / velocities[low]);
  return levels[low] * (levels[high] / levels[low]) ** share;
}

/** @typedef {ReturnType<typeof createKit>} KitSounds */

/**
 * One kit, as the server measured it.
 *
 * @param {KitAnswer} kit
 * @param {(address: string) => Promise<AudioBuffer>} load
 */
function createKit(kit, load) {
  const { velocities } = kit;
  /** @type {Map<string, { buffer: AudioBuffer, loudness: number }>} */
  const sounds = new Map();
  /** @type {Map<string, Promise<void>>} */
  const coming = new Map();

  const addressOf = (pitch, velocity) => `${kit.base}/${pitch}-${velocity}.wav`;

  /** Which sound a velocity (0..1) of a voice is made of; null where the kit has none. */
  function wanted(name, velocity) {
    const voice = kit.voices[name];
    if (!voice || voice.levels[0] === 0) return null;
    const midi = voice.velocity ?? Math.max(1, Math.round(127 * velocity));
    const sound = voice.sounds[nearestAbove(velocities, midi)];
    return { voice, midi, address: addressOf(voice.pitch, sound) };
  }

  async function fetchSound(address) {
    try {
      const buffer = await load(address);
      sounds.set(address, { buffer, loudness: loudnessOf(buffer) });
    } catch (error) {
      coming.delete(address); // it is tried again when it is needed again
      throw error;
    }
  }

  function bringSound(address) {
    if (!coming.has(address)) coming.set(address, fetchSound(address));
    return coming.get(address);
  }

  return {
    /** Have the sounds of these events at hand, the first ones first. */
    async prepare(events) {
      const addresses = events
        .map(({ voice, velocity }) => wanted(voice, velocity)?.address)
        .filter(Boolean);
      await Promise.all([...new Set(addresses)].map(bringSound));
    },
    /** Have the kit's other sounds at hand too: what is played next does not wait for them. */
    async prepareOthers() {
      for (const { pitch, sounds: layers } of Object.values(kit.voices)) {
        const addresses = layers.map((velocity) => addressOf(pitch, velocity));
        await Promise.all([...new Set(addresses)].map(bringSound));
      }
    },
    /** The sound of a hit and how much to turn it up; null as long as it is not here. */
    hit(name, velocity) {
      const known = wanted(name, velocity);
      const sound = known && sounds.get(known.address);
      if (!sound?.loudness) return null;
      const level = levelAt(velocities, known.voice.levels, known.midi);
      return { buffer: sound.buffer, gain: level / sound.loudness };
    },
    /** In how many seconds a hit of `other` lets `name` fall to 1 / e; undefined if it does not. */
    fadeOf: (name, other) => kit.voices[name]?.fades[other],
  };
}

const keyOf = ({ soundfont, kit }) => JSON.stringify([soundfont, kit]);

/**
 * All kits that were asked for; each is asked for once.
 *
 * `get({soundfont, kit})` gives a kit or throws an Error with the server's line.
 *
 * @param {Call} askKit
 */
export function createKitSounds(askKit) {
  const kits = new Map(); // the one that was used last stands last
  // One that never plays: sounds can be fetched before the browser allows any.
  const decoder = new OfflineAudioContext(1, 1, SAMPLE_RATE);

  async function load(request) {
    const answer = await ask(askKit, request);
    if (answer.error) throw new Error(answer.error);
    return createKit(answer, async (address) => {
      const file = await fetchBytes(new URL(address, document.baseURI));
      if (file.bytes) return decoder.decodeAudioData(file.bytes);
      kits.delete(keyOf(request)); // it may have changed: it is asked for anew
      throw new Error(file.error);
    });
  }

  return {
    get({ soundfont, kit }) {
      const key = keyOf({ soundfont, kit });
      const coming = kits.get(key) ?? load({ soundfont, kit });
      kits.delete(key);
      kits.set(key, coming);
      coming.catch(() => kits.delete(key));
      if (kits.size > MAX_KITS) kits.delete(kits.keys().next().value);
      return coming;
    },
  };
}
