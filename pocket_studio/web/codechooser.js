// The panel under the sheet: what else a beat could say, and re-rolling one beat or several.
"use strict";

(function (studio) {
  const { N_BEATS } = studio;
  const TOGETHER = "These beats are re-rolled together; the others keep their codes.";
  const FROM_OTHER = "This beat comes from the other take while the morph is on.";

  const beatsOf = ({ from, to }) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

  /**
   * @returns {{setRange, focus, show, update}} `setRange({from, to} | null)` opens, moves or closes
   *   the panel; `focus(home)` puts the focus into it, and back on `home` when it closes.
   */
  function createChooser(app, { heard, onceHeard, showLeak, setRange }) {
    const { part, boot, store, server, say, fail } = app;
    const panel = part("chooser");
    let range = null;
    let home = null;
    let shownFor = null; // the answer that the head is about
    let opening = false;

    const list = studio.createCodeList(app, {
      heard, onceHeard, showLeak,
      onBuilt() {
        if (opening) panel.scrollIntoView({ block: "nearest" });
        opening = false;
      },
    });

    const isMorphed = (beat) => beat < studio.nMorphedBeats(store.state);
    /** The one beat whose codes can be chosen, null where there is none. */
    const chosenBeat = () => (
      range && range.from === range.to && !isMorphed(range.from) ? range.from : null
    );

    async function reroll(performance) {
      if (!range) return; // closed while the groove was on its way
      const { state } = store;
      const beats = beatsOf(range).filter((beat) => (
        !state.lockedBeats.includes(beat) && !isMorphed(beat)
      ));
      if (!beats.length) {
        say("Nothing to re-roll: these beats are locked or come from the other take.");
        return;
      }
      const request = studio.rerollRequest(state, boot, performance, beats, studio.rollSeed());
      const answer = await studio.ask(server.groove, request);
      if (answer.error) fail(answer.error);
      else if (heard() !== performance) say("The groove has changed meanwhile; re-roll again.");
      else {
        const drawn = (beat) => ({ code: answer.codes[beat], detail: answer.details[beat] });
        const changes = Object.fromEntries(beats.map((beat) => [beat, drawn(beat)]));
        store.setState(studio.withCodes(store.state, performance, changes));
      }
    }

    function showHead() {
      const { from, to } = range;
      shownFor = heard();
      const name = studio.beatName(from);
      const code = from === to && heard() ? `: code ${heard().codes[from]}` : "";
      part("chooser-title").textContent = name.charAt(0).toUpperCase() + name.slice(1) + code;
      studio.fillSelect(part("chooser-end"), beatsOf({ from, to: N_BEATS - 1 }).map((beat) => ({
        value: String(beat), text: beat === from ? "this beat" : studio.beatName(beat),
      })));
      part("chooser-end").value = String(to);
      part("reroll").textContent = from === to ? "Re-roll this beat" : `Re-roll ${to - from + 1} beats`;
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
      store.setState(studio.withCodesReleased(store.state));
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
        if (range && studio.nMorphedBeats(state) !== studio.nMorphedBeats(previous)) open();
      },
    };
  }

  Object.assign(studio, { createChooser });
})(window.PocketStudio);
