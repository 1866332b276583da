// A contour lane: 32 columns of a few levels, or "auto" where nothing is painted, of all drums or
// one.

import { element } from "../core/fields.js";
import { heatColour } from "../core/heatmap.js";
import { AUTO, STEPS, stepName } from "../core/steps.js";
import { MIXED, contourToRows, shownContour, withMark, writeContour } from "./contours.js";
import { cellsBetween, makePaintable, stepClasses } from "./painting.js";

/** What tells the two lanes apart; levels run from the bottom row up. */
export const VELOCITY_LANE = {
  key: "velocity_pattern",
  title: "Velocity",
  levels: "12345",
  names: ["1 of 5, softest", "2 of 5", "3 of 5", "4 of 5", "5 of 5, loudest"],
};
export const MICROTIMING_LANE = {
  key: "microtiming_pattern",
  title: "Timing",
  levels: ">|<",
  names: ["laid back", "on the beat", "pushed"],
};

/**
 * Build a lane into `root` (an element of 32 columns).
 *
 * Each column is a slider of the group; the group has one tab stop. What is shown is what is
 * painted: all drums, or the state's `laneDrum`.
 * Returns {update, show}: `update(state, previous)` redraws what changed, `show` where it can act.
 */
export function createLane(root, { lane, store, boot, instance }) {
  const { drums } = boot;
  const nLevels = lane.levels.length;
  const columns = [];
  let cursor = 0;

  for (let step = 0; step < STEPS; step += 1) {
    const mark = element("i", { class: "ps-mark", "aria-hidden": "true" });
    const column = element(
      "div",
      {
        role: "slider",
        tabindex: step === 0 ? "0" : "-1",
        "aria-orientation": "vertical",
        "aria-valuemin": "0",
        "aria-valuemax": String(nLevels),
        class: `ps-step ${stepClasses(step)}`,
      },
      mark,
    );
    root.append(column);
    columns.push(column);
  }

  const text = ({ laneDrum, [lane.key]: contour } = store.state) =>
    shownContour(contour, drums, laneDrum);
  const rows = () => contourToRows(store.state[lane.key], drums);
  const put = (before, step, character) =>
    withMark(before, { drums, drum: store.state.laneDrum }, step, character);
  const write = (painted, how) => writeContour(store, lane.key, painted, drums, how);

  function moveTo(step) {
    columns[cursor].tabIndex = -1;
    cursor = Math.min(STEPS - 1, Math.max(0, step));
    columns[cursor].tabIndex = 0;
    columns[cursor].focus();
  }

  const characterAt = (row) => lane.levels[nLevels - 1 - row];

  makePaintable(root, nLevels, {
    begin(cell, erase, event) {
      moveTo(cell.column);
      const same = text()[cell.column] === characterAt(cell.row);
      const ramp = event.altKey ? { from: cell, before: rows() } : null;
      // Pressed where it already is, the level goes; dragged away from there, it follows.
      const toggled = same && !ramp ? cell.row : null;
      const { [lane.key]: contour, takes } = store.state;
      const before = { [lane.key]: contour, takes };
      return { erase, toggled, whole: event.shiftKey, ramp, before };
    },
    paint(cells, brush) {
      const { ramp } = brush;
      if (cells.some(({ row }) => row !== brush.toggled)) brush.toggled = null;
      const erases = brush.erase || brush.toggled !== null;
      let painted = ramp ? ramp.before : rows();
      const line = ramp ? [ramp.from, ...cellsBetween(ramp.from, cells.at(-1))] : cells;
      for (const { row, column } of line) {
        const character = erases ? AUTO : characterAt(row);
        painted = put(painted, brush.whole ? null : column, character);
      }
      write(painted, { merge: brush });
    },
    undo: (brush) => store.setState(brush.before, { merge: brush }),
  });

  /** One level up or down; auto lies in the middle, so the first key press leaves it that way. */
  function change(direction) {
    const level = lane.levels.indexOf(text()[cursor]);
    const middle = (nLevels - 1) / 2;
    const next = level < 0 ? middle + (nLevels === 3 ? direction : 0) : level + direction;
    write(put(rows(), cursor, lane.levels[Math.min(nLevels - 1, Math.max(0, next))]));
  }

  root.addEventListener("keydown", (event) => {
    if (event.altKey || event.metaKey || event.ctrlKey) return;
    const actions = {
      ArrowLeft: () => moveTo(cursor - 1),
      ArrowRight: () => moveTo(cursor + 1),
      Home: () => moveTo(0),
      End: () => moveTo(STEPS - 1),
      ArrowUp: () => change(1),
      ArrowDown: () => change(-1),
      Delete: () => write(put(rows(), cursor, AUTO)),
      Backspace: () => write(put(rows(), cursor, AUTO)),
    };
    if (!actions[event.key]) return;
    event.preventDefault();
    actions[event.key]();
  });

  function show(step, character) {
    const level = lane.levels.indexOf(character);
    const column = columns[step];
    const unset = character === MIXED ? "mixed" : "auto";
    column.dataset.level = level < 0 ? unset : String(level + 1);
    column.setAttribute("aria-valuenow", String(level + 1));
    column.setAttribute("aria-valuetext", level < 0 ? unset : lane.names[level]);
    if (lane === VELOCITY_LANE && level >= 0) {
      column.style.setProperty("--heat", heatColour((level + 1) / nLevels));
    }
  }

  function nameSteps({ laneDrum }) {
    const title = boot.drum_titles[drums.indexOf(laneDrum)];
    const name = laneDrum ? `${lane.title} of ${title}` : lane.title;
    columns.forEach((column, step) => {
      column.setAttribute("aria-label", `${name}, ${stepName(step)}`);
    });
  }

  function update(state, previous) {
    if (!previous || state.laneDrum !== previous.laneDrum) nameSteps(state);
    const now = text(state);
    const before = previous && text(previous);
    if (now === before) return;
    for (let step = 0; step < STEPS; step += 1) {
      if (!before || now[step] !== before[step]) show(step, now[step]);
    }
  }

  /** Where none of these drums plays a contour can do nothing: such steps look so. */
  function showIdle({ groove }) {
    const { laneDrum } = store.state;
    const heard = groove.hits.filter(({ drum }) => laneDrum === null || drum === laneDrum);
    const played = new Set(heard.map(({ step }) => step));
    columns.forEach((column, step) => {
      column.classList.toggle("ps-idle", !played.has(step));
    });
  }

  update(store.state, null);
  return {
    update(state, previous) {
      update(state, previous);
      const chosen = previous && state.laneDrum !== previous.laneDrum;
      if (chosen && instance.groove) showIdle(instance);
    },
    show: showIdle,
  };
}
