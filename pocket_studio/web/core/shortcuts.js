// Keys: one table, read by the page's one key handler and by the list under "?".

import { element } from "./fields.js";

const SINGLE_KEYS = "pocket-studio/single-keys"; // in the browser's storage
const TYPING =
  "input:not([type=range], [type=checkbox], [type=radio], [type=file]), textarea, [contenteditable=true]";

/** The browser remembers whether single keys are on: who must switch them off, always must. */
function rememberSwitch(box) {
  try {
    box.checked = localStorage.getItem(SINGLE_KEYS) !== "off";
  } catch {
    // No storage: on, as at the first visit.
  }
  box.addEventListener("change", () => {
    try {
      localStorage.setItem(SINGLE_KEYS, box.checked ? "on" : "off");
    } catch {
      // It then lasts as long as the page.
    }
  });
}

/** "ctrl+shift+z" of an event; Cmd counts as Ctrl. "?" and the like need no shift. */
export function chordOf(event) {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const shift = event.shiftKey && (event.key.length > 1 || /[a-z]/.test(key));
  const held = [
    event.ctrlKey || event.metaKey ? "ctrl+" : "",
    event.altKey ? "alt+" : "",
    shift ? "shift+" : "",
  ];
  return held.join("") + (key === " " ? "Space" : key);
}

function chordNames(chord) {
  const names = chord
    .split("+")
    .filter(Boolean)
    .map((name) => (name === "ctrl" ? "Ctrl / Cmd" : name.charAt(0).toUpperCase() + name.slice(1)));
  return names.flatMap((name, index) => [index ? " + " : "", element("kbd", { text: name })]);
}

/**
 * Returns {add}: `add(chords, words, run)`: `chords` is a list such as
 *   ["ctrl+z"], `run(event)` returns false where the key is not for it.
 */
export function createShortcuts(root, { dialog, list, single, openButton }) {
  const table = new Map();

  function add(chords, words, run) {
    for (const chord of chords) table.set(chord, run);
    const names = chords.flatMap((chord, index) => [index ? " or " : "", ...chordNames(chord)]);
    list.append(element("dt", {}, ...names), element("dd", { text: words }));
  }

  /** Space goes on playing and stopping after a click on a button, but not by keyboard. */
  function belongsToFocus(chord, focus) {
    if (focus.matches(TYPING)) return true;
    if (focus.closest("dialog[open]")) return chord !== "ctrl+z" && chord !== "ctrl+shift+z";
    if (chord === "Space" || chord === "Enter") {
      return (
        focus.matches("button, select, summary, a, [role=tab], input[type=checkbox]") &&
        focus.matches(":focus-visible")
      );
    }
    return focus.matches("select") && !chord.startsWith("ctrl+");
  }

  function handle(event) {
    if (!root.isConnected || event.defaultPrevented || event.isComposing) return;
    const chord = chordOf(event);
    const run = table.get(chord);
    if (!run) return;
    const focus = event.target instanceof Element ? event.target : document.body;
    if (belongsToFocus(chord, focus)) return;
    // Who speaks to the computer, or hits keys by chance, can switch single keys off.
    if (chord.length === 1 && chord !== "?" && !single.checked) return;
    if (run(event) === false) return;
    if (chord === "Space" && focus.matches("button, select")) focus.blur();
    event.preventDefault();
  }

  const open = () => dialog.open || dialog.showModal();
  openButton.addEventListener("click", open);
  document.addEventListener("keydown", handle);
  rememberSwitch(single);
  add(["?"], "Show this list", open);
  return { add };
}
