// The template grid: 7 drums x 32 sixteenths, one tab stop, painted or typed.

import { element } from "../core/fields.js";
import { clamp } from "../core/shaping.js";
import { chordOf } from "../core/shortcuts.js";
import { ACCENT, AUTO, GHOST, HIT, STEPS, isHit, stepName, withCharacter } from "../core/steps.js";
import { makePaintable, stepClasses } from "./painting.js";

/** The row of "1 e & a" above the grid. */
export function buildHeader(columns) {
  for (let step = 0; step < STEPS; step += 1) {
    const beat = String(Math.floor((step % 16) / 4) + 1);
    const text = [beat, "e", "&", "a"][step % 4];
    columns.append(element("span", { class: stepClasses(step), text }));
  }
}

const WORDS = { [AUTO]: "off", [HIT]: "on", [GHOST]: "on, ghost", [ACCENT]: "on, accent" };
/** What Alt-click or a held finger makes of a cell. */
const NEXT = { [AUTO]: ACCENT, [HIT]: ACCENT, [ACCENT]: GHOST, [GHOST]: HIT };

/** Replace the sketch, which is then no preset; the same sketch again is no change. */
export function writeTemplate(store, template, how = {}) {
  const same = template.every((text, drum) => text === store.state.template[drum]);
  if (!same) store.setState({ template, preset: null }, how);
}

/**
 * Build the grid into `root`.
 *
 * It needs the `titles` by drum, the `store`, and `rows` (createRows): the rows' heads.
 * Returns {update}: `update(state, previous)` redraws what changed.
 */
export function createGrid(root, { titles, store, rows }) {
  const nDrums = titles.length;
  const drumOfRow = (row) => nDrums - 1 - row; // the kick lies at the bottom
  const body = element("div", { class: "ps-body", role: "presentation" });
  const cells = [];
  const heads = []; // the buttons of each row, left to right
  const cursor = { row: nDrums - 1, column: 0 };

  for (let row = 0; row < nDrums; row += 1) {
    const { label, buttons } = rows.heads[drumOfRow(row)];
    heads.push(buttons);
    const columns = element("div", { class: "ps-columns", role: "presentation" });
    cells.push([]);
    for (let step = 0; step < STEPS; step += 1) {
      const cell = element("div", {
        role: "gridcell",
        tabindex: "-1",
        class: `ps-cell ${stepClasses(step)}`,
      });
      columns.append(cell);
      cells[row].push(cell);
    }
    const style = `--drum: var(--ps-drum-${drumOfRow(row)})`;
    body.append(element("div", { class: "ps-row", role: "row", style }, label, columns));
  }
  root.append(
    body,
    element("canvas", { class: "ps-over", "data-ps": "over", "aria-hidden": "true" }),
  );

  function show(row, step, mark) {
    const cell = cells[row][step];
    cell.setAttribute("aria-selected", String(isHit(mark)));
    cell.dataset.stress = mark;
    const title = titles[drumOfRow(row)];
    cell.setAttribute("aria-label", `${title}, ${stepName(step)}: ${WORDS[mark]}`);
  }

  function put(places, mark, how = {}) {
    const template = [...store.state.template];
    for (const { row, column } of places) {
      const drum = drumOfRow(row);
      template[drum] = withCharacter(template[drum], column, mark);
    }
    writeTemplate(store, template, how);
  }

  const markAt = ({ row, column }) => store.state.template[drumOfRow(row)][column];
  const toggled = (place) => (isHit(markAt(place)) ? AUTO : HIT);

  /** What makes a ghost or an accent makes it a plain hit again. */
  const stressed = (place, mark) => (markAt(place) === mark ? HIT : mark);

  const at = (row, column) => (column < 0 ? heads[row].at(column) : cells[row][column]);

  /** Move the one tab stop; columns below 0 are the row's buttons, -1 the one beside the cells. */
  function moveTo(row, column, focus = true) {
    const way = column < cursor.column ? -1 : 1;
    at(cursor.row, cursor.column).tabIndex = -1;
    cursor.row = clamp(row, 0, nDrums - 1);
    cursor.column = clamp(column, -heads[0].length, STEPS - 1);
    // Where there is little room, some of the buttons are not shown; the name always is.
    while (focus && !at(cursor.row, cursor.column).checkVisibility()) cursor.column += way;
    const target = at(cursor.row, cursor.column);
    target.tabIndex = 0;
    if (focus) target.focus();
  }

  /** Rows differ in height. */
  function rowAt(y) {
    const row = cells.findIndex(([cell]) => y < cell.getBoundingClientRect().bottom);
    return row < 0 ? nDrums - 1 : row;
  }

  makePaintable(body, nDrums, {
    rowAt,
    first: cells[0][0],
    last: cells[nDrums - 1][STEPS - 1],
    begin(cell, erases, { altKey }) {
      const { template, preset, takes } = store.state;
      moveTo(cell.row, cell.column);
      const next = NEXT[markAt(cell)];
      const mark = altKey ? next : toggled(cell);
      const plain = !altKey; // such a hit leaves those that are there as they are
      return { mark: erases ? AUTO : mark, plain, next, before: { template, preset, takes } };
    },
    paint(places, brush) {
      const kept = brush.plain && brush.mark === HIT;
      const painted = kept ? places.filter((place) => !isHit(markAt(place))) : places;
      put(painted, brush.mark, { merge: brush });
    },
    hold(cell, brush) {
      store.setState(brush.before, { merge: brush });
      [brush.mark, brush.plain] = [brush.next, false];
      put([cell], brush.mark, { merge: brush });
    },
    undo: (brush) => store.setState(brush.before, { merge: brush }),
  });

  root.addEventListener("focusin", (event) => {
    const row = heads.findIndex((buttons) => buttons.includes(event.target));
    if (row >= 0) moveTo(row, heads[row].indexOf(event.target) - heads[row].length, false);
  });

  function erase(row, column) {
    if (column < 0) rows.clear(drumOfRow(row));
    else put([{ row, column }], AUTO);
  }

  root.addEventListener("keydown", (event) => {
    const { row, column } = cursor;
    if (rows.key(chordOf(event), drumOfRow(row))) {
      event.preventDefault();
      return;
    }
    if (event.altKey || event.metaKey) return;
    const jump = event.ctrlKey;
    const moves = {
      Delete: () => erase(row, column),
      Backspace: () => erase(row, column),
      ArrowLeft: () => moveTo(row, column - 1),
      ArrowRight: () => moveTo(row, column + 1),
      ArrowUp: () => moveTo(row - 1, column),
      ArrowDown: () => moveTo(row + 1, column),
      Home: () => moveTo(jump ? 0 : row, 0),
      End: () => moveTo(jump ? nDrums - 1 : row, STEPS - 1),
    };
    const marks = {
      Enter: () => toggled(cursor),
      x: () => toggled(cursor),
      g: () => stressed(cursor, GHOST),
      a: () => stressed(cursor, ACCENT),
    };
    const marked = column >= 0 && !jump && marks[chordOf(event).replace("shift+", "")];
    if (moves[event.key]) moves[event.key]();
    else if (marked) put([cursor], marked());
    else return;
    event.preventDefault();
  });

  function update(state, previous) {
    for (let row = 0; row < nDrums; row += 1) {
      const now = state.template[drumOfRow(row)];
      const before = previous && previous.template[drumOfRow(row)];
      if (now === before) continue;
      for (let step = 0; step < STEPS; step += 1) {
        if (!before || now[step] !== before[step]) show(row, step, now[step]);
      }
    }
  }

  moveTo(cursor.row, cursor.column, false);
  update(store.state, null);
  return { update };
}
