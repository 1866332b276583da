// One sketch in six genres, side by side: see, hear in phase with what plays, use one.

import { element } from "../core/fields.js";
import { drawGroove } from "../core/heatmap.js";
import { withOpenedBeats } from "../core/kept.js";
import { activeTake, asksModel, grooveRequest, sameChoice } from "../core/project.js";
import { ask } from "../core/server.js";
import { shape } from "../core/shaping.js";

/** @import { App, Hooks } from "../types.js" */

const ABOUT =
  "The same sketch and the same seed, played as each genre. A genre changes hits only " +
  "where a take chooses them anew, and your sketch decides more than the genre does.";
const PINNED =
  "This take's codes are fixed in every beat, so that here the genres change loudness " +
  "and timing only; a new take lets them choose hits.";

/** What the sweep depends on: all that the model is asked except for the genre itself. */
const withoutGenre = (state) => ({ ...state, genre: null });

/** What is asked when a genre is chosen: the takes keep nothing. */
const asIfChosen = (state) => ({ ...state, ...withOpenedBeats(state, { genre: null }) });

function nDifferent(groove, other) {
  const places = (one) => new Set(one.hits.map(({ drum, step }) => `${drum}:${step}`));
  return places(groove).symmetricDifference(places(other)).size;
}

/**
 * @param {App} app
 * @returns {Hooks | void}
 */
export function bindSweep(app) {
  const { part, store, boot, server, instance, player, transport, fail } = app;
  const genres = boot.genres.filter((genre) => genre !== "any");
  let cards = [];
  let sweptFor = null; // the state that the cards show
  let leaving = null; // the answer that is replaced by the genre in use
  let asking = false;

  // Cards are replaced while one of them may be heard: what is tried must stay one of them.
  const previewed = () => cards.find(({ performance }) => performance === player.previewed);

  function use(genre) {
    leaving = previewed() ? instance.performance : null;
    store.setState({ genre, preset: null });
  }

  function togglePlay(card) {
    if (previewed() === card) player.endPreview();
    else player.startPreview(card.performance);
  }

  function buildCard(genre, performance) {
    const title = boot.genre_titles[genre];
    const play = element("button", {
      type: "button",
      class: "ps-tile-play",
      "aria-pressed": "false",
      "aria-label": `Play as ${title}`,
    });
    const choose = element("button", {
      type: "button",
      class: "ps-button",
      text: "Use",
      "aria-label": `Use ${title}`,
    });
    const canvas = element("canvas", { class: "ps-tile-map", "aria-hidden": "true" });
    const note = element("span", { class: "ps-tile-note" });
    const head = element(
      "div",
      { class: "ps-tile-head" },
      play,
      element("b", { text: title }),
      choose,
    );
    const node = element("li", { class: "ps-tile", "data-genre": genre }, head, canvas, note);
    const card = { genre, performance, node, play, choose, canvas, note };
    play.addEventListener("click", () => togglePlay(card));
    choose.addEventListener("click", () => use(genre));
    return card;
  }

  function show() {
    if (part("sweep").hidden) return;
    const { state } = store;
    for (const { genre, performance, play, choose, canvas, note } of cards) {
      const groove = shape(performance, state, boot.drums, "microtiming");
      drawGroove(canvas, groove, { drums: boot.drums });
      const n = nDifferent(performance.groove, instance.performance.groove);
      note.textContent = n
        ? `${n} hit${n === 1 ? "" : "s"} different from now`
        : "the same hits as now";
      play.setAttribute("aria-pressed", String(performance === player.previewed));
      choose.disabled = state.genre === genre;
      choose.textContent = state.genre === genre ? "In use" : "Use";
    }
    showState();
  }

  function showState() {
    const { state } = store;
    const stale =
      sweptFor !== null && asksModel(withoutGenre(state), withoutGenre(sweptFor), sameChoice);
    part("sweep").classList.toggle("ps-stale", stale && !asking);
    part("sweep-again").hidden = !stale || asking;
    const { codes } = activeTake(state);
    const about = codes && !codes.includes(null) ? `${ABOUT} ${PINNED}` : ABOUT;
    part("sweep-note").textContent = asking
      ? `${ABOUT} Playing all six…`
      : stale
        ? `${about} The sketch has changed since: sweep again.`
        : about;
  }

  async function sweep() {
    if (asking) return;
    asking = true;
    stopPreview();
    showState();
    const { state } = store;
    const answer = await ask(server.genre_sweep, grooveRequest(asIfChosen(state), boot));
    asking = false;
    if (answer.error) {
      showState();
      fail(answer.error);
      return;
    }
    const tried = previewed();
    sweptFor = state;
    cards = genres.map((genre) => buildCard(genre, answer.genres[genre]));
    part("sweep-cards").replaceChildren(...cards.map(({ node }) => node));
    if (tried) player.startPreview(cards.find(({ genre }) => genre === tried.genre).performance);
    show();
  }

  function stopPreview(how) {
    if (previewed()) player.endPreview(how);
  }

  function setOpen(open) {
    part("sweep").hidden = !open;
    part("open-sweep").setAttribute("aria-expanded", String(open));
    if (open) {
      sweep();
      part("sweep").scrollIntoView({ block: "nearest" });
    } else stopPreview();
  }

  part("open-sweep").addEventListener("click", () => setOpen(part("sweep").hidden));
  part("close-sweep").addEventListener("click", () => {
    setOpen(false);
    part("open-sweep").focus();
  });
  part("sweep-again").addEventListener("click", sweep);

  return {
    update: (state, previous) => {
      if (part("sweep").hidden || !previous) return;
      if (state.view !== "studio") stopPreview();
      // Who edits while a genre is tried wants to hear the edit.
      if (!leaving && asksModel(state, previous)) stopPreview({ goOn: true });
      showState();
    },
    show() {
      // The genre in use has arrived: what was only tried goes on as the groove itself.
      if (leaving && instance.performance !== leaving) {
        leaving = null;
        stopPreview({ goOn: true });
      }
      show();
    },
    sound() {
      if (!transport.playing) stopPreview();
    },
  };
}
