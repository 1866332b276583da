// The project: the part of the state that is undone, saved and shared, and its forms as JSON.

import { AUTO, STEPS, templateFromRows, templateToRows } from "./steps.js";
/** @import { Boot, State, Take } from "../types.js" */

const N_TAKES = 4;

/** What undo, the project file and the restored session cover. */
export const PROJECT_KEYS = [
  "template",
  "keepSketch",
  "velocity",
  "timing",
  "genre",
  "preset",
  "temperature",
  "guidance",
  "density",
  "humanity",
  "takes",
  "take",
  "lockedBeats",
  "lockedRows",
  "edits",
  "morph",
  "reference",
  "referenceNotes",
  "tempo",
  "swing",
  "velocityAmount",
  "timingAmount",
  "muted",
  "solo",
  "levels",
  "kit",
  "song",
];
/** What a change of the state asks the model again for; the take is compared by itself. */
const GENERATING = [
  "template",
  "keepSketch",
  "velocity",
  "timing",
  "genre",
  "reference",
  "referenceNotes",
  "temperature",
  "guidance",
  "density",
  "humanity",
  "lockedRows",
  "morph",
  "tempo",
];

export const newTake = (seed) => ({ seed, codes: null, details: null, kept: null });
/**
 * @param {State} state
 * @returns {Take}
 */
export const activeTake = (state) => state.takes[state.take];

/** Whether the user has chosen the same for two takes, whatever they keep. */
export const sameChoice = (take, other) =>
  ["seed", "codes", "details"].every((key) => take[key] === other[key]);

/**
 * Whether the model is asked something else than before; `same(take, other)` compares takes.
 *
 * @param {State} state
 * @param {State} previous
 * @param {(take: Take, other: Take) => boolean} same
 */
export const asksModel = (state, previous, same = Object.is) =>
  !same(activeTake(state), activeTake(previous)) ||
  GENERATING.some((key) => state[key] !== previous[key]) ||
  (state.morph !== null && !same(state.takes[state.morph.to], previous.takes[state.morph.to]));

/**
 * @param {Boot} boot
 * @returns {State}
 */
export function initialState(boot) {
  const preset = boot.presets.any[0];
  const auto = AUTO.repeat(STEPS);
  const { seed, temperature, guidance, humanity } = boot.defaults;
  return {
    template: templateFromRows(preset.template, boot.drums),
    keepSketch: true,
    velocity: auto,
    timing: auto,
    genre: "any",
    preset: preset.name,
    temperature,
    guidance,
    density: null,
    humanity,
    takes: Array.from({ length: N_TAKES }, (_, index) => newTake(seed + index)),
    take: 0,
    lockedBeats: [],
    lockedRows: {},
    edits: {},
    morph: null,
    reference: null,
    referenceNotes: false,
    tempo: preset.tempo_bpm,
    swing: 0.5,
    velocityAmount: 1,
    timingAmount: 1,
    muted: [],
    solo: [],
    levels: Object.fromEntries(boot.drums.map((drum) => [drum, 1])),
    kit: null,
    song: [],
    view: "studio",
    layer: "microtiming",
    compare: null,
    volume: 0.8,
    click: false,
    laneDrum: null,
  };
}

/**
 * What the server's `groove` is asked; `take` is the active one unless told otherwise.
 *
 * @param {State} state
 * @param {Boot} boot
 * @param {Partial<Take>} take
 */
export function grooveRequest(state, boot, take = activeTake(state)) {
  const { morph } = state;
  return {
    template: templateToRows(state.template, boot.drums),
    keep_sketch: state.keepSketch,
    genre: state.genre,
    velocity_pattern: state.velocity,
    microtiming_pattern: state.timing,
    seed: take.seed,
    codes: take.codes,
    details: take.details,
    kept: take.kept,
    locked_rows: state.lockedRows,
    morph: morph && { to: state.takes[morph.to], amount: morph.amount },
    reference: state.reference && state.reference.groove,
    reference_notes: state.referenceNotes,
    temperature: state.temperature,
    guidance: state.guidance,
    density: state.density,
    humanity: state.humanity,
    tempo_bpm: state.tempo,
  };
}

/** {"kick:4": [velocity_midi, ticks]} <-> [[step, drum, velocity_midi, ticks]]. */
export const editKey = (drum, step) => `${drum}:${step}`;
const editsToList = (edits) =>
  Object.entries(edits).map(([key, [velocity, ticks]]) => {
    const [drum, step] = key.split(":");
    return [Number(step), drum, velocity, ticks];
  });
const editsFromList = (list) =>
  Object.fromEntries(
    list.map(([step, drum, velocity, ticks]) => [editKey(drum, step), [velocity, ticks]]),
  );

/**
 * @param {State} state
 * @param {Boot} boot
 */
export function projectOf(state, boot) {
  return {
    format: "pocket-studio-project",
    version: 3,
    checkpoint: boot.checkpoint_digest,
    template: templateToRows(state.template, boot.drums),
    velocity_pattern: state.velocity,
    microtiming_pattern: state.timing,
    keep_sketch: state.keepSketch,
    genre: state.genre,
    temperature: state.temperature,
    guidance: state.guidance,
    density: state.density,
    humanity: state.humanity,
    takes: state.takes,
    take: state.take,
    locked_beats: state.lockedBeats,
    locked_rows: state.lockedRows,
    edits: editsToList(state.edits),
    morph: state.morph,
    reference: state.reference,
    reference_notes: state.referenceNotes,
    tempo_bpm: state.tempo,
    swing: state.swing,
    velocity_amount: state.velocityAmount,
    microtiming_amount: state.timingAmount,
    muted: state.muted,
    solo: state.solo,
    levels: state.levels,
    kit: state.kit,
    song: state.song,
  };
}

/** The name of the preset that is this sketch, null if none is. */
function presetNameOf(template, boot) {
  const same = ({ template: rows }) =>
    templateFromRows(rows, boot.drums).every((row, drum) => row === template[drum]);
  return Object.values(boot.presets).flat().find(same)?.name ?? null;
}

/** A project as the server checked it -> a patch of the state. */
export function stateOf(project, boot) {
  const template = templateFromRows(project.template, boot.drums);
  return {
    template,
    keepSketch: project.keep_sketch,
    velocity: project.velocity_pattern,
    timing: project.microtiming_pattern,
    genre: project.genre,
    preset: presetNameOf(template, boot),
    temperature: project.temperature,
    guidance: project.guidance,
    density: project.density,
    humanity: project.humanity,
    takes: project.takes,
    take: project.take,
    lockedBeats: project.locked_beats,
    lockedRows: project.locked_rows,
    edits: editsFromList(project.edits),
    morph: project.morph,
    reference: project.reference,
    referenceNotes: project.reference_notes,
    tempo: project.tempo_bpm,
    swing: project.swing,
    velocityAmount: project.velocity_amount,
    timingAmount: project.microtiming_amount,
    muted: project.muted,
    solo: project.solo,
    levels: project.levels,
    kit: project.kit,
    song: project.song,
  };
}
