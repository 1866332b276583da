// The panel under the sheet: what else a beat could say, and re-rolling one beat or several.

import { fillSelect } from "../core/fields.js";
import { nMorphedBeats } from "../core/kept.js";
import { rollSeed } from "../core/seeds.js";
import { ask } from "../core/server.js";
import { N_BEATS } from "../core/steps.js";
import { createCodeList } from "./codelist.js";
import { rerollRequest, withCodes, withCodesReleased } from "./codes.js";
import { beatName } from "./codestrip.js";

const TOGETHER = "These beats are re-rolled together; the others keep their codes.";
const FROM_OTHER = "This beat comes from the other take while the morph is on.";

const beatsOf = ({ from, to }) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

/**
 * Returns {setRange, focus, show, update}: `setRange({from, to} | null)` opens, moves or closes
 *   the panel; `focus(home)` puts the focus into it, and back on `home` when it closes.
 */
export function createChooser(app, { heard, onceHeard, showLeak, setRange }) {
  const { part, boot, store, server, say, fail } = app;
  const panel = part("chooser");
  let range = null;
  let home = null;
  let shownFor = null; // the answer that the head is about
  let opening = false;

  const list = createCodeList(app, {
    heard,
    onceHeard,
    showLeak,
    onBuilt() {
      if (opening) panel.scrollIntoView({ block: "nearest" });
      opening = false;
    },
  });

  const isMorphed = (beat) => beat < nMorphedBeats(store.state);
  /** The one beat whose codes can be chosen, null where there is none. */
  const chosenBeat = () =>
    range && range.from === range.to && !isMorphed(range.from) ? range.from : null;

  async function reroll(performance) {
    if (!range) return; // closed while the groove was on its way
    const { state } = store;
    const beats = beatsOf(range).filter(
      (beat) => !state.locked_beats.includes(beat) && !isMorphed(beat),
    );
    if (!beats.length) {
      say("Nothing to re-roll: these beats are locked or come from the other take.");
      return;
    }
    const request = rerollRequest(state, boot, performance, beats, rollSeed());
    const answer = await ask(server.groove, request);
    if (answer.error) fail(answer.error);
    else if (heard() !== performance) say("The groove has changed meanwhile; re-roll again.");
    else {
      const drawn = (beat) => ({ code: answer.codes[beat], detail: answer.details[beat] });
      const changes = Object.fromEntries(beats.map((beat) => [beat, drawn(beat)]));
      store.setState(withCodes(store.state, performance, changes));
    }
  }

  function showHead() {
    const { from, to } = range;
    shownFor = heard();
    const name = beatName(from);
    const code = from === to && heard() ? `: code ${heard().codes[from]}` : "";
    part("chooser-title").textContent = name.charAt(0).toUpperCase() + name.slice(1) + code;
    fillSelect(
      part("chooser-end"),
      beatsOf({ from, to: N_BEATS - 1 }).map((beat) => ({
        value: String(beat),
        text: beat === from ? "this beat" : beatName(beat),
      })),
    );
    part("chooser-end").value = String(to);
    part("reroll").textContent =
      from === to ? "Re-roll this beat" : `Re-roll ${to - from + 1} beats`;
  }

  /** Head and list for the present range; what it is about is said where nothing can be chosen. */
  function open() {
    showHead();
    list.setBeat(chosenBeat());
    if (chosenBeat() === null) {
      part("chooser-detail").textContent = range.from === range.to ? FROM_OTHER : TOGETHER;
    }
  }

  function close() {
    const inside = panel.contains(document.activeElement);
    setRange(null);
    if (inside && home) home.focus();
  }

  part("chooser-end").addEventListener("change", () => {
    setRange({ from: range.from, to: Number(part("chooser-end").value) });
  });
  part("reroll").addEventListener("click", () => onceHeard(reroll));
  part("release-codes").addEventListener("click", () => {
    store.setState(withCodesReleased(store.state));
  });
  part("close-chooser").addEventListener("click", close);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented || !range) return;
    if (event.target instanceof Element && event.target.closest("dialog[open]")) return;
    close();
  });

  return {
    setRange(next) {
      opening = opening || range === null;
      range = next;
      panel.hidden = range === null;
      if (range) open();
      else list.setBeat(null);
    },
    focus(from) {
      home = from;
      if (chosenBeat() === null) part("reroll").focus();
      else list.focus();
    },
    show() {
      if (!range || !heard() || shownFor === heard()) return;
      showHead();
      list.follow();
    },
    update(state, previous) {
      list.update(state, previous);
      if (range && nMorphedBeats(state) !== nMorphedBeats(previous)) open();
    },
  };
}
