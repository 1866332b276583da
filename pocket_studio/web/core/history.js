// Undo and redo: what every change of the project replaced, a stroke at a time.

import { element } from "./fields.js";
import { fieldOf, projectKeys, sameChoice } from "./project.js";
import { boxesOf } from "./rowboxes.js";
import { AUTO, STEPS, stepName } from "./steps.js";

const MAX_STEPS = 200;
const FLASH_MS = 1200;
/** Where a part of the project is seen; what is not listed has the name of its key. */
export const PLACES = {
  template: "grid",
  keep_sketch: "keep-sketch",
  takes: "takes",
  take: "takes",
  locked_beats: "codes",
  locked_rows: "result-names",
  edits: "output",
  muted: "grid",
  solo: "grid",
  levels: "grid",
  row_feels: "grid",
  ornaments: "heatmap",
  reference: "import-button",
  reference_notes: "reference-notes-box",
  song: "song-list",
};
const CONTOURS = ["velocity_pattern", "microtiming_pattern"];
/** What is said of one drum or another. */
const BY_DRUM = [...CONTOURS, "locked_rows", "muted", "solo", "levels", "row_feels"];

/**
 * Follow the `keys` of `store`. Changes with the same `merge` are one step, and none while they end
 * where they began; one that `remembers` is none of its own and belongs to the present.
 *
 * `undo` and `redo` return the keys that they changed, none at the end.
 */
export function createHistory(store, keys, onChange) {
  let past = [];
  let future = [];
  let merging = null;
  let moving = false;
  const pick = (state) => Object.fromEntries(keys.map((key) => [key, state[key]]));

  store.subscribe((state, previous, { merge = null, remembers = false }) => {
    if (moving || remembers || !keys.some((key) => state[key] !== previous[key])) return;
    const begun = merge !== null && merge === merging;
    if (!begun) past = [...past.slice(1 - MAX_STEPS), pick(previous)];
    merging = merge;
    if (begun && keys.every((key) => state[key] === past.at(-1)[key])) {
      past = past.slice(0, -1);
      merging = null;
    }
    future = [];
    onChange();
  });

  function moveTo(wanted) {
    const before = store.state;
    const changed = keys.filter((key) => wanted[key] !== before[key]);
    merging = null;
    moving = true;
    store.setState(wanted);
    moving = false;
    onChange();
    return changed;
  }

  return {
    get nUndo() {
      return past.length;
    },
    get nRedo() {
      return future.length;
    },
    undo() {
      if (!past.length) return [];
      future = [...future, pick(store.state)];
      const wanted = past.at(-1);
      past = past.slice(0, -1);
      return moveTo(wanted);
    },
    redo() {
      if (!future.length) return [];
      past = [...past, pick(store.state)];
      const wanted = future.at(-1);
      future = future.slice(0, -1);
      return moveTo(wanted);
    },
  };
}

/** The keys of the cells whose edits are others. */
export function changedEdits(edits, others) {
  const keys = new Set([...Object.keys(edits), ...Object.keys(others)]);
  return [...keys].filter((key) => String(edits[key]) !== String(others[key]));
}

/** What a part of the project says of a drum, to be compared. */
function saidOf(key, state, drums, drum) {
  const value = state[key];
  if (key === "template") return value[drums.indexOf(drum)];
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return String(value.includes(drum));
  return CONTOURS.includes(key)
    ? (value[drum] ?? AUTO.repeat(STEPS))
    : JSON.stringify(value[drum] ?? null);
}

/** The drums of which `key` says something else in one state than in the other. */
export const changedDrums = (key, drums, one, other) =>
  drums.filter((drum) => saidOf(key, one, drums, drum) !== saidOf(key, other, drums, drum));

/** The first step at which the sketch or a contour is another; -1 if none is. */
export function changedStep(key, drums, one, other) {
  const rows = [one, other].map((state) => drums.map((drum) => saidOf(key, state, drums, drum)));
  return Array.from({ length: STEPS }, (_, step) => step).findIndex((step) =>
    rows[0].some((row, drum) => row[step] !== rows[1][drum][step]),
  );
}

/** Undo and redo, by button and key; both show what they changed. */
export function bindHistory(part, { store, boot, shortcuts, say }) {
  const history = createHistory(store, projectKeys(), () => showButtons());

  function showButtons() {
    part("undo").disabled = history.nUndo === 0;
    part("redo").disabled = history.nRedo === 0;
  }

  /** What is told of a move: not what the takes keep, which follows, unless nothing else moved. */
  function told(keys, before) {
    const { takes } = store.state;
    const follows =
      keys.length > 1 && takes.every((take, index) => sameChoice(take, before.takes[index]));
    return keys.filter((key) => key !== "preset" && !(key === "takes" && follows));
  }

  const cellOf = (key) => {
    const [drum, step] = key.split(":");
    return { drum: boot.drums.indexOf(drum), step: Number(step) };
  };

  const placeOf = (key) => part(PLACES[key] || key);

  /** Marks over cells of the groove's picture; they go with their flash. */
  function markCells(keys) {
    const boxes = boxesOf(part("output"), part("result-names").children);
    return keys.map((key) => {
      const { drum, step } = cellOf(key);
      const mark = element("i", { class: "ps-undone" });
      mark.style.left = `${(100 * step) / STEPS}%`;
      mark.style.top = `${boxes[drum].top}px`;
      mark.style.height = `${boxes[drum].height}px`;
      part("output").append(mark);
      setTimeout(() => mark.remove(), FLASH_MS);
      return mark;
    });
  }

  /** The lanes show one drum or all of them: one in which something changed. */
  function laneDrumFor(keys, before) {
    const { laneDrum } = store.state;
    const key = keys.find((one) => CONTOURS.includes(one));
    if (!key) return laneDrum;
    const changed = changedDrums(key, boot.drums, before, store.state);
    if (changed.includes(laneDrum)) return laneDrum;
    return changed.length === 1 ? changed[0] : null;
  }

  /** Where a bar fills the width, go to the one that changed. */
  function showBar(keys, before) {
    const key = keys.find((one) => one === "template" || CONTOURS.includes(one));
    const step = key ? changedStep(key, boot.drums, before, store.state) : -1;
    if (step < 0) return;
    const bar = (step / STEPS) * 2 >= 1 ? 1 : 0;
    part("scroller").scrollTo({ left: (bar * part("count").clientWidth) / 2 });
  }

  /** What is changed, in words; of which drum, or of edited hits which one, or how many. */
  function called(key, cells, before) {
    if (BY_DRUM.includes(key)) {
      const drums = changedDrums(key, boot.drums, before, store.state);
      const title = drums.length === 1 && boot.drum_titles[boot.drums.indexOf(drums[0])];
      return title ? `${fieldOf(key).called} (${title})` : fieldOf(key).called;
    }
    if (key !== "edits") return fieldOf(key).called;
    if (cells.length !== 1) return `${cells.length} edited hits`;
    const { drum, step } = cellOf(cells[0]);
    return `the edited hit ${boot.drum_titles[drum]}, ${stepName(step)}`;
  }

  /** On a phone, and with the groove over the sketch, only one of the two is seen. */
  function sideOf(place) {
    if (place?.closest(".ps-of-groove")) return { side: "played", together: false };
    return place?.closest(".ps-of-sketch") ? { side: "sketch" } : {};
  }

  function move(go, verb) {
    const before = store.state;
    const known = told(go(), before);
    if (!known.length) return;
    const view = known[0] === "song" ? "song" : "studio";
    store.setState({ view, ...sideOf(placeOf(known[0])), laneDrum: laneDrumFor(known, before) });
    const cells = changedEdits(before.edits, store.state.edits);
    const places = known.flatMap((key) => (key === "edits" ? markCells(cells) : [placeOf(key)]));
    const nodes = places.filter(Boolean);
    for (const node of nodes) {
      node.closest("details")?.setAttribute("open", "");
      if (node === part("codes")) part("drawer-codes").setAttribute("open", "");
      node.classList.add("ps-flash");
      setTimeout(() => node.classList.remove("ps-flash"), FLASH_MS);
    }
    nodes[0]?.scrollIntoView({ block: "nearest", inline: "nearest" });
    showBar(known, before);
    say(`${verb} ${known.map((key) => called(key, cells, before)).join(", ")}.`);
  }

  const undo = () => move(history.undo, "Undid a change of");
  const redo = () => move(history.redo, "Did again a change of");
  part("undo").addEventListener("click", undo);
  part("redo").addEventListener("click", redo);
  shortcuts.add(["ctrl+z"], "Undo", undo);
  shortcuts.add(["ctrl+shift+z", "ctrl+y"], "Redo", redo);
  showButtons();
  return history;
}
