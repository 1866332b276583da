// The codebook: 64 tiles, each a picture of what its code plays, a sound, and who uses it.

import { element, fillGenres, fillSelect } from "../core/fields.js";
import { drawGroove } from "../core/heatmap.js";
import { nMorphedBeats } from "../core/kept.js";
import { ask } from "../core/server.js";
import { N_BEATS } from "../core/steps.js";
import { percent } from "./codechoices.js";
import { heardOf, withCodes } from "./codes.js";
import { beatName } from "./codestrip.js";
import { drumNames } from "./pictures.js";

/** @import { App, Hooks } from "../types.js" */

const usageOf = (tile, genre) => tile.usage[genre] || 0;

/** A bar for each genre, with its name. */
function buildBars(tile, genres, titles) {
  const bars = element("div", { class: "ps-bars", "aria-hidden": "true" });
  const nodes = genres.map((genre) => {
    const bar = element("i");
    const words = `${titles[genre]}: ${percent(usageOf(tile, genre))}`;
    bars.append(element("span", { text: titles[genre] }), element("span", { title: words }, bar));
    return bar;
  });
  return { bars, nodes };
}

/** Put codes of the codebook into a beat of the groove; returns `put(code)`. */
function createPut({ part, store, instance, say }) {
  const select = part("codebook-beat");
  const beats = Array.from({ length: N_BEATS }, (_, beat) => beat);
  fillSelect(
    select,
    beats.map((beat) => ({ value: String(beat), text: beatName(beat) })),
  );
  return function put(code) {
    const { state } = store;
    const beat = Number(select.value);
    const performance = heardOf(instance, state);
    if (!performance) say("Your groove is still on its way: once more in a moment.");
    else if (beat < nMorphedBeats(state)) {
      say(`${beatName(beat)} comes from the other take while the morph is on.`);
    } else if (performance.codes[beat] === code)
      say(`Code ${code} plays ${beatName(beat)} already.`);
    else {
      // Which details go with it is for the model to say.
      store.setState(withCodes(state, performance, { [beat]: { code, detail: null } }));
      say(`Code ${code} plays ${beatName(beat)} of your groove now.`);
    }
  };
}

/**
 * The tab's content, fetched when it is first opened.
 *
 * @param {App} app
 * @returns {Hooks | void}
 */
export function bindCodebook(app) {
  const { part, boot, server, store, transport, player, fail } = app;
  const parts = {
    list: part("tiles"),
    genreSelect: part("codebook-genre"),
    sortSelect: part("codebook-sort"),
    beatSelect: part("codebook-beat"),
    note: part("codebook-note"),
  };
  const genres = boot.genres.filter((genre) => genre !== "any");
  const put = createPut(app);
  let cards = [];
  let chosenGenre = null; // none chosen here: that of the groove
  let decodedFor = null;
  let loading = false;

  const keyOf = (tile) => `code:${tile.code}`;
  const isPlaying = (tile) => transport.playing && transport.sourceKey === keyOf(tile);

  function sourceOf(tile) {
    const groove = { ...tile.groove, tempo_bpm: store.state.tempo_bpm };
    return { key: keyOf(tile), groove, ...player.mix() };
  }

  /** Tempo or kit have changed: let a tile that plays follow. */
  function follow() {
    const card = cards.find(({ tile }) => isPlaying(tile));
    if (card) transport.replace(sourceOf(card.tile));
  }

  function buildCard(tile) {
    const canvas = element("canvas", { class: "ps-tile-map", "aria-hidden": "true" });
    const played = new Set(tile.groove.hits.map(({ drum }) => drum));
    const names = drumNames(boot.drum_titles, (drum) => played.has(boot.drums[drum]));
    const play = element("button", {
      type: "button",
      class: "ps-tile-play",
      "aria-pressed": "false",
      "aria-label": `Play code ${tile.code}, ${tile.groove.hits.length} hits`,
    });
    play.disabled = Boolean(boot.sound_notice);
    const usage = element("span", { class: "ps-tile-usage" });
    const { bars, nodes } = buildBars(tile, genres, boot.genre_titles);
    const putButton = element("button", { type: "button", class: "ps-small ps-tile-put" });
    const head = element(
      "div",
      { class: "ps-tile-head" },
      play,
      element("b", { text: String(tile.code) }),
      usage,
    );
    const card = element(
      "li",
      { class: "ps-tile", "data-code": String(tile.code) },
      head,
      element("div", { class: "ps-code-picture" }, names, canvas),
      bars,
      putButton,
    );
    play.addEventListener("click", () => {
      if (isPlaying(tile)) transport.stop();
      else transport.play(sourceOf(tile));
    });
    putButton.addEventListener("click", () => put(tile.code));
    return { tile, card, canvas, play, putButton, usage, nodes };
  }

  function nameButtons() {
    const beat = beatName(Number(parts.beatSelect.value));
    for (const { tile, putButton } of cards) {
      putButton.textContent = `Put into ${beat}`;
      putButton.setAttribute("aria-label", `Put code ${tile.code} into ${beat}`);
    }
  }

  function arrange() {
    const genre = parts.genreSelect.value;
    const highest = Math.max(1e-9, ...cards.flatMap(({ tile }) => Object.values(tile.usage)));
    for (const { tile, usage, nodes } of cards) {
      usage.textContent = percent(usageOf(tile, genre));
      nodes.forEach((bar, index) => {
        const share = usageOf(tile, genres[index]);
        bar.style.width = `${Math.max(2, (100 * share) / highest)}%`;
        bar.classList.toggle("ps-chosen", genre === "any" || genres[index] === genre);
      });
    }
    const byUsage = (a, b) => usageOf(b.tile, genre) - usageOf(a.tile, genre);
    const byCode = (a, b) => a.tile.code - b.tile.code;
    const sorted = [...cards].sort(parts.sortSelect.value === "usage" ? byUsage : byCode);
    parts.list.replaceChildren(...sorted.map(({ card }) => card));
    const title = genre === "any" ? "all genres" : boot.genre_titles[genre];
    parts.note.textContent = `Percent: how often the code is used in ${title}.`;
    nameButtons();
  }

  function draw() {
    for (const { canvas, tile } of cards) {
      drawGroove(canvas, tile.groove, { drums: boot.drums });
    }
  }

  function update() {
    for (const { play, tile } of cards) {
      play.setAttribute("aria-pressed", String(isPlaying(tile)));
    }
  }

  /** Fetch the tiles for the genre that is wanted unless they are here already. */
  async function open() {
    const wanted = () => chosenGenre ?? store.state.genre;
    const genre = wanted();
    if (loading || decodedFor === genre) return;
    loading = true;
    if (!cards.length) parts.note.textContent = "Decoding the 64 codes…";
    const answer = await ask(server.codebook, { genre });
    loading = false;
    if (answer.error) {
      parts.note.textContent = "";
      fail(answer.error);
      return;
    }
    parts.genreSelect.value = genre;
    cards = answer.tiles.map(buildCard);
    decodedFor = genre;
    arrange();
    draw();
    update();
    if (wanted() !== decodedFor && store.state.view === "codebook") open();
  }

  parts.genreSelect.addEventListener("change", () => {
    chosenGenre = parts.genreSelect.value;
    open();
  });
  parts.sortSelect.addEventListener("change", arrange);
  parts.beatSelect.addEventListener("change", nameButtons);
  fillGenres(parts.genreSelect, boot);
  return {
    sound: update,
    update: (state) => {
      if (state.view === "codebook") open();
      follow();
    },
    show: () => store.state.view === "codebook" && draw(),
  };
}
