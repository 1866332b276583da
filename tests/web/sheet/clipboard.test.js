import assert from "node:assert/strict";
import { test } from "node:test";

import { copyOf, pasteAt } from "../../../pocket_studio/web/sheet/clipboard.js";

const hits = (...list) => list.map(([drum, step, ...value]) => ({ drum, step, value }));

test("hits of one drum are pasted into the row of the cell", () => {
  const copy = copyOf(hits([1, 6, 90, -5], [1, 4, 100, 7]));
  assert.deepEqual(pasteAt(copy, { drum: 3, step: 20 }), {
    changes: [
      [{ drum: 3, step: 22 }, [90, -5]],
      [{ drum: 3, step: 20 }, [100, 7]],
    ],
    nLost: 0,
  });
});

test("hits of several drums keep their rows", () => {
  const copy = copyOf(hits([0, 4, 90, 0], [2, 5, 40, 3]));
  const { changes } = pasteAt(copy, { drum: 6, step: 0 });
  assert.deepEqual(changes, [
    [{ drum: 0, step: 0 }, [90, 0]],
    [{ drum: 2, step: 1 }, [40, 3]],
  ]);
});

test("what would lie beyond the loop is counted and not put at its start", () => {
  const copy = copyOf(hits([0, 0, 90, 0], [0, 2, 80, 0], [0, 4, 70, 0]));
  const { changes, nLost } = pasteAt(copy, { drum: 0, step: 29 });
  assert.deepEqual(
    changes.map(([{ step }]) => step),
    [29, 31],
  );
  assert.equal(nLost, 1);
});
