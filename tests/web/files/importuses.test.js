import assert from "node:assert/strict";
import { test } from "node:test";

import { heldBy, reducedWords, wholeSketch } from "../../../pocket_studio/web/files/importuses.js";
import { DRUMS } from "../cases.js";

const row = (marks) => marks.padEnd(32, ".");
const groove = { hits: [0, 4, 6].map((step) => ({ drum: "kick", step })) };

test("what a sketch is not of its hits is said in words, and nothing where it is all of them", () => {
  /** @type {[Record<string, string>, string][]} */
  const said = [
    [{ kick: row("x...x.x") }, ""],
    [{ kick: row("X...g.x") }, ""],
    [{ kick: row("x.....x") }, ": 1 of its 3 hits left out"],
    [{}, ": 3 of its 3 hits left out"],
    [{ kick: row("x...x.x.x") }, ": 1 filled in"],
    [{ kick: row("x...x"), tom: row("xx") }, ": 1 of its 3 hits left out, 2 filled in"],
  ];
  for (const [template, words] of said) {
    const expected = words && `, reduced to its plain beat${words}`;
    assert.equal(reducedWords({ template, groove }), expected);
  }
});

test("the whole sketch has each hit of the file and no other", () => {
  const hits = [...groove.hits, { drum: "tom", step: 31 }];
  const { template, preset } = wholeSketch({ groove: { hits } }, DRUMS);
  const silent = row("");
  assert.deepEqual(template, [row("x...x.x"), ...Array(5).fill(silent), `${silent.slice(1)}x`]);
  assert.equal(preset, null);
});

test("what is held is counted in words", () => {
  const rows = { kick: [], tom: [] };
  assert.equal(heldBy({ locked_rows: {}, edits: {} }), "");
  assert.equal(
    heldBy({ locked_rows: rows, edits: { "kick:0": [0, 0] } }),
    "2 locked rows and 1 edited hit",
  );
});
