// The files that came in since the page was opened, each with the place where it was left.

import { base64FromBytes } from "../core/server.js";

const MOST = 12;

/**
 * @typedef {object} ImportedFile
 * @property {string} name as long as the server takes it
 * @property {string} fullName however long
 * @property {() => Promise<string>} content as base64; throws a line
 * @property {number | null} part null: what the studio takes
 * @property {number | null} bar null: the first two bars that sound
 * @property {number} downbeat how many sixteenths later than the file says its bars begin
 * @property {number | null} tempo null: the file's
 */

/** @returns {ImportedFile} */
function fileOf(from, limits) {
  const name = [...from.name.toWellFormed()].slice(0, limits.name_length).join("");
  let content = null;
  async function load() {
    if (from.size > limits.midi_bytes)
      throw new Error(`${name} is too large: a MIDI file may have ${limits.midi_bytes >> 10} KB`);
    try {
      content ??= base64FromBytes(new Uint8Array(await from.arrayBuffer()));
    } catch {
      throw new Error(`${name} cannot be read`); // a folder
    }
    return content;
  }
  const place = { part: null, bar: null, downbeat: 0, tempo: null };
  return { name, fullName: from.name, content: load, ...place };
}

/**
 * `add(files)` puts them before the others, `drop(file)` lets one go, `all()` are those at hand.
 * They last as long as the page.
 */
export function createFiles(limits) {
  /** @type {ImportedFile[]} */
  let files = [];
  return {
    all: () => files,
    add(given) {
      const added = given.map((from) => fileOf(from, limits));
      const names = new Set(added.map(({ fullName }) => fullName));
      files = [...added, ...files.filter(({ fullName }) => !names.has(fullName))].slice(0, MOST);
      return added;
    },
    drop(file) {
      files = files.filter((one) => one !== file);
    },
  };
}
