// The project: the part of the state that is undone, saved and shared, and its forms as JSON.

import { templateFromRows, templateToRows } from "./steps.js";
/** @import { Boot, Project, State, Take } from "../types.js" */

/** What the schema says of each field of a project; the page learns it when it is mounted. */
let fields = {};

/** @param {Boot["fields"]} said */
export function learnFields(said) {
  fields = said;
}

/** What undo, the project file and the restored session cover, and the name of the preset. */
export const projectKeys = () => [...Object.keys(fields), "preset"];

/** The keys whose change has an effect: it `asks` the model, `shapes` its answer, or `mixes`. */
export const keysThat = (effect) =>
  Object.keys(fields).filter((key) => fields[key].effects.includes(effect));

/** What a key is called, and for a number its range and its slider. */
export const fieldOf = (key) => fields[key];

/** The keys that are sliders. */
export const sliderKeys = () => Object.keys(fields).filter((key) => fields[key].slider);

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
  keysThat("asks").some((key) => state[key] !== previous[key]) ||
  (state.morph !== null && !same(state.takes[state.morph.to], previous.takes[state.morph.to]));

/**
 * @param {Boot} boot
 * @returns {State}
 */
export function initialState(boot) {
  return {
    ...stateOf(boot.project, boot),
    view: "studio",
    layer: "microtiming",
    compare: null,
    volume: 0.8,
    click: false,
    timingZoom: false,
    selected: [],
    laneDrum: null,
    side: "sketch",
    fold: true,
    together: false,
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
  const { morph, reference } = state;
  const asked = keysThat("asks").map((key) => [key, state[key]]);
  return {
    ...Object.fromEntries(asked),
    ...take,
    template: templateToRows(state.template, boot.drums),
    morph: morph && { to: state.takes[morph.to], amount: morph.amount },
    reference: reference && reference.groove,
  };
}

/** {"kick:4": [velocity_midi, ticks]} <-> [[step, drum, velocity_midi, ticks]]. */
export const editKey = (drum, step) => `${drum}:${step}`;
export const editsToList = (edits) =>
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
  const { format, version, checkpoint } = boot.project;
  return {
    format,
    version,
    checkpoint,
    ...Object.fromEntries(Object.keys(fields).map((key) => [key, state[key]])),
    template: templateToRows(state.template, boot.drums),
    edits: editsToList(state.edits),
  };
}

/** The name of the preset that is this sketch, null if none is. */
function presetNameOf(template, boot) {
  const same = ({ template: rows }) =>
    templateFromRows(rows, boot.drums).every((row, drum) => row === template[drum]);
  return Object.values(boot.presets).flat().find(same)?.name ?? null;
}

/**
 * A project as the server checked it -> a patch of the state.
 *
 * @param {any} project
 * @param {Boot} boot
 * @returns {Project}
 */
export function stateOf(project, boot) {
  const template = templateFromRows(project.template, boot.drums);
  const said = Object.fromEntries(Object.keys(fields).map((key) => [key, project[key]]));
  return {
    .../** @type {Project} */ (said),
    template,
    edits: editsFromList(project.edits),
    preset: presetNameOf(template, boot),
  };
}
