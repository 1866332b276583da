// Cases that Python wrote (tests/cases/regenerate.py), and states to begin with.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

import { initialState, learnFields } from "../../pocket_studio/web/core/project.js";

/** @import { Boot, State } from "../../pocket_studio/web/types.js" */

/** @param {string} name */
export function cases(name) {
  const found = JSON.parse(readFileSync(new URL(`../cases/${name}`, import.meta.url), "utf8"));
  assert.ok(found.length > 10);
  return found;
}

export const DRUMS = ["kick", "snare", "closed_hat", "open_hat", "ride", "crash", "tom"];

/** What the server says at first, as far as a state needs it. */
export const BOOT = /** @type {Boot} */ (
  /** @type {unknown} */ ({
    ...JSON.parse(readFileSync(new URL("../cases/boot.json", import.meta.url), "utf8")),
    drums: DRUMS,
    presets: { any: [{ name: "Plain", tempo_bpm: 100, template: {} }] },
  })
);
learnFields(BOOT.fields);

/**
 * @param {Partial<State>} patch
 * @returns {State}
 */
export const newState = (patch = {}) => ({ ...initialState(BOOT), ...patch });
