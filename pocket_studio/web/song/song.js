// The song: grooves as sections, repeated, put in order, played one after the other and saved.

import { drawGroove } from "../core/heatmap.js";
import { keysThat } from "../core/project.js";
import { ask } from "../core/server.js";
import { STEPS, templateFromRows } from "../core/steps.js";
import { previewRefusal, shownInstead, withGroove } from "../sheet/edits.js";
import { bindCardDragging, buildSongCard } from "./songcards.js";

/** @import { App, Hooks } from "../types.js" */

const KEY = "song";
/** What a change of is heard while the song plays. */
const heardKeys = () => [...keysThat("mixes"), "song", "tempo_bpm", "click"];
const BARS_A_LOOP = 2;

/** A, B, C, ...: the first letter that no section has. */
function nextName(song) {
  const letters = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"];
  return letters.find((letter) => song.every(({ name }) => name !== letter)) || "A";
}

const moved = (song, from, to) => song.toSpliced(from, 1).toSpliced(to, 0, song[from]);
const countLoops = (song) => song.reduce((sum, { repeats }) => sum + repeats, 0);

/** Where the ear is, {index, pass, phase (0..1)}, at a position in steps; null before and after. */
function placeOf(song, position) {
  if (position === null || position >= STEPS * countLoops(song)) return null;
  let loops = Math.max(0, position) / STEPS;
  const index = song.findIndex(({ repeats }) => {
    if (loops < repeats) return true;
    loops -= repeats;
    return false;
  });
  return { index, pass: Math.floor(loops), phase: loops % 1 };
}

/** Where a position (in steps) in the song before lies in the song now: in the same section. */
function movedPlace(before, now) {
  const starts = (song) => song.map((_, index) => STEPS * countLoops(song.slice(0, index)));
  return (position) => {
    const index = Math.max(
      0,
      starts(before).findLastIndex((start) => start <= position),
    );
    const found = now.indexOf(before[index]);
    const to = found >= 0 ? found : index;
    return position - starts(before)[index] + (starts(now)[to] ?? Infinity);
  };
}

function describe(song, tempo) {
  const nBars = BARS_A_LOOP * countLoops(song);
  const seconds = Math.round((nBars * 4 * 60) / tempo);
  const clock = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  return nBars ? `${nBars} bars, ${clock} minutes` : "The song is empty.";
}

/** What can be done to the song; each is one step to undo. */
function createActions({ store, boot, server, instance, player, say, fail }) {
  const song = () => store.state.song;
  const set = (next) => store.setState({ song: next });

  function insert(index, section) {
    if (song().length >= boot.limits.sections) {
      fail(`A song has ${boot.limits.sections} sections at most.`);
      return false;
    }
    set(song().toSpliced(index, 0, section));
    return true;
  }

  return {
    add() {
      if (!instance.groove) return;
      const refusal = previewRefusal(player);
      if (refusal) {
        say(refusal);
        return;
      }
      const { tempo_bpm, swing } = instance.groove;
      const hits = instance.groove.hits.map(({ edited: _edited, ...hit }) => hit);
      const name = nextName(song());
      if (!insert(song().length, { name, repeats: 1, groove: { tempo_bpm, swing, hits } })) return;
      const shown = shownInstead(store.state);
      const what = shown ? `Added ${shown}, not the groove,` : "Added";
      say(`${what} to the song as ${name}, section ${song().length}.`);
    },
    /** Put a section back into the sheet, hit by hit; the tempo stays that of the song. */
    async open(index) {
      const section = song()[index];
      const answer = await ask(server.patterns, { groove: section.groove });
      if (answer.error) {
        fail(answer.error);
        return;
      }
      player.endPreview();
      store.setState({
        template: templateFromRows(answer.template, boot.drums),
        preset: null,
        ...withGroove(section.groove, boot.drums),
        view: "studio",
      });
      const name = section.name ? `Section ${section.name}` : "The section";
      say(`${name} is on the sheet with all its rows locked. Undo takes it off again.`);
    },
    change: (index, patch) => set(song().with(index, { ...song()[index], ...patch })),
    move: (from, to) => set(moved(song(), from, to)),
    copy: (index) => insert(index + 1, { ...song()[index] }),
    remove: (index) => set(song().toSpliced(index, 1)),
  };
}

/**
 * @param {App} app
 * @returns {Hooks | void}
 */
export function bindSong(app) {
  const { part, boot, store, transport, player, fail } = app;
  const list = part("song-list");
  const actions = createActions(app);
  const cards = [];
  let frame = null;

  const isPlaying = () => transport.playing && transport.sourceKey === KEY;
  const heard = () => (isPlaying() ? placeOf(store.state.song, transport.heardPosition) : null);

  function source() {
    const { song, tempo_bpm } = store.state;
    const sections = song.map(({ groove, repeats }) => ({
      repeats,
      groove: { ...groove, tempo_bpm },
    }));
    return { key: KEY, sections, ...player.mix() };
  }

  function playFrom(index) {
    if (!store.state.song.length) {
      fail("The song is empty: add a groove.");
      return;
    }
    const from = STEPS * countLoops(store.state.song.slice(0, index));
    transport.stop();
    transport.play(source(), { from });
  }

  function playCard(index) {
    if (heard()?.index === index) transport.stop();
    else playFrom(index);
  }

  app.playIn.song = () => {
    if (transport.playing) transport.stop();
    else playFrom(0);
  };

  function moveCard(from, to) {
    actions.move(from, to);
    const focused = to < from ? cards[to].up : cards[to].down;
    (focused.disabled ? cards[to].play : focused).focus();
  }

  function arrange({ song, tempo_bpm }) {
    while (cards.length > song.length) cards.pop().card.remove();
    while (cards.length < song.length) {
      const index = cards.length;
      const one = buildSongCard(index, {
        boot,
        section: () => store.state.song[index],
        actions: { ...actions, play: playCard, move: moveCard },
      });
      cards.push(one);
      list.append(one.card);
    }
    cards.forEach(({ fill }) => fill(song));
    part("song-length").textContent = describe(song, tempo_bpm);
    for (const kind of ["midi", "wav"]) part(`export-song-${kind}`).disabled = !song.length;
  }

  function draw() {
    if (store.state.view !== "song") return;
    cards.forEach((one) => one.draw());
    const { groove } = app.instance;
    if (groove) drawGroove(part("song-present"), groove, { drums: boot.drums });
  }

  function mark() {
    const place = heard();
    cards.forEach((one, index) => one.mark(place?.index === index ? place : null));
    frame = isPlaying() ? requestAnimationFrame(mark) : null;
  }

  /** A change is heard without a stop; a song without sections ends. */
  function follow(before) {
    if (!isPlaying()) return;
    const { song } = store.state;
    if (!song.length) transport.stop();
    else if (before === song) transport.replace(source());
    else transport.replace(source(), movedPlace(before, song));
  }

  for (const name of ["song-add", "song-add-here"])
    part(name).addEventListener("click", actions.add);
  for (const kind of ["midi", "wav"]) {
    const button = part(`export-song-${kind}`);
    button.addEventListener("click", () => app.saveSong(button, kind, store.state.song));
  }
  bindCardDragging(list, () => cards, moveCard);
  part("song-most").textContent = String(boot.limits.sections);
  new ResizeObserver(draw).observe(list);

  return {
    update(state, previous) {
      if (!previous || state.song !== previous.song || state.tempo_bpm !== previous.tempo_bpm)
        arrange(state);
      if (previous && state.song !== previous.song) draw();
      const isHeard = (key) => state[key] !== previous[key];
      if (previous && heardKeys().some(isHeard)) follow(previous.song);
    },
    show: draw,
    sound() {
      if (frame === null) mark();
    },
    open(view) {
      if (view !== "song" && isPlaying()) transport.stop();
      // The options are the same for the song; there is one panel of them.
      part(view === "song" ? "song-files" : "groove-files").append(part("export-options"));
      part("export-repeats-field").hidden = view === "song";
    },
  };
}
