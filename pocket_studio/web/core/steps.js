// The 32 steps of a loop: their names, and texts with a character for each.

export const STEPS = 32;
export const STEPS_PER_BAR = 16;
export const STEPS_PER_BEAT = 4;
export const N_BEATS = STEPS / STEPS_PER_BEAT;
export const AUTO = ".";
/** The marks of a sketch's hits, as `patterns/texts.py` has them. */
export const [HIT, GHOST, ACCENT] = ["x", "g", "X"];
export const isHit = (mark) => mark !== AUTO;
/** The hits of a row, whatever their stress. */
export const hitsOf = (row) => row.replaceAll(GHOST, HIT).replaceAll(ACCENT, HIT);
const SYLLABLES = ["", ", e", ", and", ", a"];

/** "bar 1, beat 2, and": where a step lies, for labels. */
export function stepName(step) {
  const bar = Math.floor(step / STEPS_PER_BAR) + 1;
  const beat = Math.floor((step % STEPS_PER_BAR) / STEPS_PER_BEAT) + 1;
  return `bar ${bar}, beat ${beat}${SYLLABLES[step % STEPS_PER_BEAT]}`;
}

/** The text with one character replaced. */
export function withCharacter(text, index, character) {
  return text.slice(0, index) + character + text.slice(index + 1);
}

export function emptyTemplate(nDrums) {
  return Array(nDrums).fill(AUTO.repeat(STEPS));
}

/** {kick: "x..."} -> one text per drum, in drum order. */
export function templateFromRows(rows, drums) {
  return drums.map((drum) => rows[drum] || AUTO.repeat(STEPS));
}

export function templateToRows(template, drums) {
  return Object.fromEntries(drums.map((drum, index) => [drum, template[index]]));
}
