// Asked and got: what came out of a painted contour, drawn over it and counted.

import { element } from "../core/fields.js";
import { AUTO } from "../core/steps.js";
import { contourToRows, isPainted } from "./contours.js";
import { MICROTIMING_LANE, VELOCITY_LANE } from "./lanes.js";

/** @import { App, Hooks } from "../types.js" */

const LANES = [
  { lane: VELOCITY_LANE, followed: "velocity" },
  { lane: MICROTIMING_LANE, followed: "microtiming" },
];

/** "Velocity: 12 of 14 steps as painted, 13 within one level; 1 had no hit". */
function followedWords(title, { n_asked, n_silent, n_same, n_within_one }) {
  const words = `${title}: ${n_same} of ${n_asked} steps as painted`;
  const near = n_within_one > n_same ? `, ${n_within_one} within one level` : "";
  return `${words}${near}${n_silent ? `; ${n_silent} had no hit` : ""}`;
}

/** One lane's marks; `show(performance, state)` draws what came out over what is painted. */
function createMarks(part, drums, { lane, followed }) {
  const columns = [...part(lane.key).children];
  const marks = columns.map((column) => {
    const mark = element("i", { class: `ps-got ps-got-${followed}`, "aria-hidden": "true" });
    column.append(mark);
    return mark;
  });

  /** Mark the middle of the `levels` (from 0) of a step's hits, and name the range. */
  function showStep(step, levels) {
    marks[step].hidden = !levels.length;
    if (marks[step].hidden) {
      columns[step].removeAttribute("title");
      return;
    }
    const [low, high] = [Math.min(...levels), Math.max(...levels)];
    const mean = levels.reduce((sum, level) => sum + level, 0) / levels.length;
    marks[step].dataset.level = String(Math.round(mean) + 1);
    columns[step].title =
      `came out ${lane.names[low]}${low < high ? ` to ${lane.names[high]}` : ""}`;
  }

  return function show(performance, state) {
    const painted = isPainted(state[lane.key]);
    const rows = painted
      ? contourToRows(performance.got[lane.key], drums).filter(
          (_, index) => state.laneDrum === null || drums[index] === state.laneDrum,
        )
      : [];
    columns.forEach((_, step) =>
      showStep(
        step,
        rows
          .map((row) => row[step])
          .filter((one) => one !== AUTO)
          .map((one) => lane.levels.indexOf(one)),
      ),
    );
    part(`asked-${lane.key}`).hidden = !painted;
    part(`asked-${lane.key}-text`).textContent = painted
      ? followedWords(lane.title, performance.followed[followed])
      : "";
    return painted;
  };
}

/**
 * @param {App} app
 * @returns {Hooks | void}
 */
export function bindAsked({ part, store, boot, instance }) {
  const lanes = LANES.map((one) => createMarks(part, boot.drums, one));

  function show() {
    const { performance } = instance;
    if (!performance) return;
    const painted = lanes.map((showLane) => showLane(performance, store.state));
    part("asked").hidden = !painted.includes(true);
  }

  return {
    show,
    update(state, previous) {
      if (previous && state.laneDrum !== previous.laneDrum) show();
    },
  };
}
