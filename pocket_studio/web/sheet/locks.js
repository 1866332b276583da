// Rows of the groove that stay: locked as they are, or rolled again by themselves.

import { element } from "../core/fields.js";
import { asksModel, grooveRequest } from "../core/project.js";
import { rollSeed, withNewSeed } from "../core/seeds.js";
import { ask } from "../core/server.js";
import { refusalOf, rowOf } from "./edits.js";

/** @import { App, Hooks } from "../types.js" */

const MAX_ROLLS = 4;

const sameRow = (one, other) => JSON.stringify(one) === JSON.stringify(other);

/** Ask for the row of `drum` in another take, all other rows held as they are now. */
async function rollRow(drum, { store, boot, server, instance }) {
  const present = instance.performance.groove;
  const { state } = store;
  const held = boot.drums
    .filter((other) => other !== drum)
    .map((other) => [other, state.locked_rows[other] || rowOf(present, other)]);
  let answer = null;
  for (let roll = 0; roll < MAX_ROLLS; roll += 1) {
    const take = withNewSeed(state, rollSeed()).takes[state.take];
    answer = await ask(server.groove, {
      ...grooveRequest(state, boot, take),
      locked_rows: Object.fromEntries(held),
      morph: null,
    });
    if (answer.error || !sameRow(rowOf(answer.groove, drum), rowOf(present, drum))) break;
  }
  return answer;
}

function buildButtons(drum, title, index) {
  const nameButton = element("button", {
    type: "button",
    class: "ps-row-pick",
    "data-drum": drum,
    text: title,
    "aria-label": `Select ${title}`,
    title: `Select the hits of the ${title} (with Shift: as well)`,
    style: `--drum: var(--ps-drum-${index})`,
  });
  const lockButton = element("button", {
    type: "button",
    class: "ps-row-lock",
    "aria-pressed": "false",
    "aria-label": `Lock ${title}`,
    title: "Lock: keep this row as it is, whatever the take; the others answer it",
  });
  const rollButton = element("button", {
    type: "button",
    class: "ps-row-roll",
    "aria-label": `Re-roll ${title}`,
    title: "Re-roll: another way to play this row only; it is then locked",
  });
  return { nameButton, lockButton, rollButton };
}

/**
 * @param {App} app
 * @returns {Hooks | void}
 */
export function bindLocks(app) {
  const { part, boot, store, say, fail, instance, player } = app;

  function setRow(drum, row) {
    const { locked_rows } = store.state;
    const others = Object.entries(locked_rows).filter(([other]) => other !== drum);
    store.setState({ locked_rows: Object.fromEntries(row ? [...others, [drum, row]] : others) });
  }

  /** Rows are those of the groove itself: say so where something else is seen. */
  function isRefused() {
    const refusal = refusalOf(store.state, player);
    if (refusal) say(refusal);
    return refusal !== null || !instance.performance;
  }

  function toggle(drum) {
    if (isRefused()) return;
    setRow(drum, drum in store.state.locked_rows ? null : rowOf(instance.performance.groove, drum));
  }

  async function roll({ drum, title, rollButton }) {
    if (rollButton.ariaBusy === "true" || isRefused()) return;
    const { state } = store;
    const { performance } = instance;
    const before = rowOf(performance.groove, drum);
    rollButton.ariaBusy = "true";
    const answer = await rollRow(drum, app);
    rollButton.ariaBusy = "false";
    if (answer.error) {
      fail(answer.error);
      return;
    }
    if (instance.performance !== performance || asksModel(store.state, state)) {
      say("The groove has changed meanwhile; re-roll again.");
      return;
    }
    const row = rowOf(answer.groove, drum);
    if (sameRow(row, before)) {
      say(`${title} stays as it is: the model plays it no other way here.`);
      return;
    }
    setRow(drum, row);
    say(`${title} rolled again and locked.`);
  }

  const rows = boot.drums.map((drum, index) => {
    const title = boot.drum_titles[index];
    const row = { drum, title, ...buildButtons(drum, title, index) };
    row.lockButton.addEventListener("click", () => toggle(drum));
    row.rollButton.addEventListener("click", () => roll(row));
    part("result-names").prepend(
      element("div", { class: "ps-result-name" }, row.nameButton, row.lockButton, row.rollButton),
    );
    return row;
  });
  part("unlock-all").addEventListener("click", () => store.setState({ locked_rows: {} }));

  return {
    update({ locked_rows }) {
      for (const { drum, lockButton } of rows) {
        lockButton.setAttribute("aria-pressed", String(drum in locked_rows));
      }
      const n = Object.keys(locked_rows).length;
      part("unlock-all").hidden = n === 0;
      part("unlock-all").textContent = `Unlock all rows (${n})`;
    },
  };
}
