// Cases that Python wrote (tests/cases/regenerate.py).
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

/** @param {string} name */
export function cases(name) {
  const found = JSON.parse(readFileSync(new URL(`../cases/${name}`, import.meta.url), "utf8"));
  assert.ok(found.length > 10);
  return found;
}

export const DRUMS = ["kick", "snare", "closed_hat", "open_hat", "ride", "crash", "tom"];
