// The codebook: 64 tiles, each a picture of what its code plays, a sound, and who uses it.

import { element, fillGenres } from "../core/fields.js";
import { drawGroove } from "../core/heatmap.js";
import { ask } from "../core/server.js";
import { percent } from "./codechoices.js";

/** @import { App, Hooks } from "../types.js" */

const usageOf = (tile, genre) => tile.usage[genre] || 0;

function buildBars(tile, genres, titles) {
  const bars = element("div", { class: "ps-bars", "aria-hidden": "true" });
  const nodes = genres.map((genre) => {
    const bar = element("i", { title: `${titles[genre]}: ${percent(tile.usage[genre] || 0)}` });
    bars.append(bar);
    return bar;
  });
  return { bars, nodes };
}

/**
 * The tab's content, fetched when it is first opened.
 *
 * @param {App} app
 * @returns {Hooks | void}
 */
export function bindCodebook({ part, boot, server, store, transport, player, fail }) {
  const parts = {
    list: part("tiles"),
    genreSelect: part("codebook-genre"),
    sortSelect: part("codebook-sort"),
    note: part("codebook-note"),
  };
  const genres = boot.genres.filter((genre) => genre !== "any");
  let cards = [];
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
    const play = element("button", {
      type: "button",
      class: "ps-tile-play",
      "aria-pressed": "false",
      "aria-label": `Play code ${tile.code}, ${tile.groove.hits.length} hits`,
    });
    play.disabled = Boolean(boot.sound_notice);
    const usage = element("span", { class: "ps-tile-usage" });
    const { bars, nodes } = buildBars(tile, genres, boot.genre_titles);
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
      canvas,
      bars,
    );
    play.addEventListener("click", () => {
      if (isPlaying(tile)) transport.stop();
      else transport.play(sourceOf(tile));
    });
    return { tile, card, canvas, play, usage, nodes };
  }

  function arrange() {
    const genre = parts.genreSelect.value;
    const highest = Math.max(1e-9, ...cards.flatMap(({ tile }) => Object.values(tile.usage)));
    for (const { tile, usage, nodes } of cards) {
      usage.textContent = percent(usageOf(tile, genre));
      nodes.forEach((bar, index) => {
        const share = usageOf(tile, genres[index]);
        bar.style.height = `${Math.max(4, (100 * share) / highest)}%`;
        bar.classList.toggle("ps-chosen", genre === "any" || genres[index] === genre);
      });
    }
    const byUsage = (a, b) => usageOf(b.tile, genre) - usageOf(a.tile, genre);
    const byCode = (a, b) => a.tile.code - b.tile.code;
    const sorted = [...cards].sort(parts.sortSelect.value === "usage" ? byUsage : byCode);
    parts.list.replaceChildren(...sorted.map(({ card }) => card));
    const title = genre === "any" ? "all genres" : boot.genre_titles[genre];
    parts.note.textContent =
      `Percent: how often the code is used in ${title}. ` +
      `Bars: ${genres.map((one) => boot.genre_titles[one]).join(", ")}.`;
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

  /** Fetch the tiles for the present genre unless they are here already. */
  async function open() {
    const { genre } = store.state;
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
    if (store.state.genre !== decodedFor && store.state.view === "codebook") open();
  }

  parts.genreSelect.addEventListener("change", arrange);
  parts.sortSelect.addEventListener("change", arrange);
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
