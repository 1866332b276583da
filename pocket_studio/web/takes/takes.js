// The four takes side by side: seed, picture, which one is chosen.

import { element } from "../core/fields.js";
import { drawGroove } from "../core/heatmap.js";
import { withHeard } from "../core/kept.js";
import { asksModel, grooveRequest } from "../core/project.js";
import { rollSeed, withNewSeed } from "../core/seeds.js";
import { ask } from "../core/server.js";
import { shape } from "../core/shaping.js";
import { createPreview, watchTouch } from "./preview.js";

/** @import { App, Hooks } from "../types.js" */

export const TAKE_NAMES = ["A", "B", "C", "D"];
const IDLE_MS = 700;

/** A take as it sounds by itself: what its picture depends on. */
const alone = (state, index) => ({ ...state, take: index, morph: null });

function chooseTake(state, take) {
  return { take, morph: state.morph && state.morph.to === take ? null : state.morph };
}

function rollTakes(state) {
  const rolled = (_, index) => withNewSeed(state, rollSeed(), index).takes[index];
  return { takes: state.takes.map(rolled) };
}

function buildCard(name) {
  const letter = element("b", { class: "ps-take-letter", text: name });
  const seed = element("span", { class: "ps-take-seed" });
  const mark = element("span", { class: "ps-take-mark", text: "✓" });
  const canvas = element("canvas", { class: "ps-take-map", "aria-hidden": "true" });
  const head = element("span", { class: "ps-take-head" }, letter, seed, mark);
  const card = element(
    "button",
    { type: "button", role: "radio", class: "ps-take ps-stale" },
    head,
    canvas,
  );
  return { card, seed, canvas };
}

/**
 * Keep an answer of the model for every take. The chosen one's comes with the groove; the others
 * are asked for one by one, when nothing has changed for a while and nobody waits.
 */
function createAnswers({ store, boot, server, player, instance }, { wanted, draw }) {
  const kept = [];
  let timer = null;
  let asking = false;

  function isFresh(index) {
    return Boolean(kept[index]) && !asksModel(alone(store.state, index), kept[index].state);
  }

  function keep(index, performance, state) {
    kept[index] = { performance, state: alone(state, index) };
  }

  function later() {
    clearTimeout(timer);
    timer = setTimeout(() => {
      timer = null;
      refresh();
    }, IDLE_MS);
  }

  /** The state that an answer is for; the take keeps it if nothing else would be asked by now. */
  function heard(index, performance, asked) {
    const { state } = store;
    const gone = index === state.take || asksModel(alone(state, index), alone(asked, index));
    if (gone) return asked;
    store.setState(withHeard(state, index, performance), { remembers: true });
    return store.state;
  }

  async function refresh() {
    if (asking || !wanted()) return;
    if (player.channel.busy) {
      later();
      return;
    }
    TAKE_NAMES.forEach((_, index) => draw(index));
    const { state } = store;
    const index = TAKE_NAMES.findIndex((_, one) => one !== state.take && !isFresh(one));
    if (index < 0) return;
    const request = { ...grooveRequest(state, boot), morph: null };
    asking = true;
    const answer = await ask(server.takes, { ...request, takes: [state.takes[index]] });
    asking = false;
    if (answer.error) return; // a picture less; the next change asks again
    keep(index, answer.takes[0], heard(index, answer.takes[0], state));
    if (timer === null) refresh();
  }

  return {
    isFresh,
    later,
    of: (index) => (index === store.state.take ? instance.performance : kept[index]?.performance),
    /** The chosen take's answer, unless a newer one is on its way. */
    keepChosen() {
      const { state } = store;
      if (state.morph === null && !player.channel.busy)
        keep(state.take, instance.performance, state);
    },
  };
}

/**
 * @param {App} app
 * @returns {Hooks | void}
 */
export function bindTakes(app) {
  const { part, store, boot, instance, transport, shortcuts, say } = app;
  const cards = TAKE_NAMES.map(buildCard);
  part("take-list").append(...cards.map(({ card }) => card));

  const answers = createAnswers(app, {
    wanted: () => store.state.view === "studio",
    draw,
  });

  const preview = createPreview(app);
  const isTouch = watchTouch(part("take-list"));
  let heard = null; // the take that a first tap lets hear

  function endHearing() {
    heard = null;
    preview.stop();
  }

  function choose(index) {
    endHearing();
    store.setState(chooseTake(store.state, index));
  }

  /** By mouse a click chooses; a finger hears a take with a first tap and chooses by a second. */
  function press(index) {
    if (!isTouch() || index === store.state.take || index === heard) {
      choose(index);
      return;
    }
    transport.open(); // while the browser knows that somebody has asked for sound
    heard = index;
    preview.point(() => {
      const state = { ...store.state, ...chooseTake(store.state, index) };
      return grooveRequest(state, boot);
    });
    say(`Take ${TAKE_NAMES[index]}: tap again to choose it.`);
  }

  function draw(index) {
    const { canvas } = cards[index];
    const performance = answers.of(index);
    if (performance) {
      const groove = shape(performance, store.state, boot.drums, "microtiming");
      drawGroove(canvas, groove, { drums: boot.drums });
    }
    showFresh(index);
  }

  /** A picture of a sketch that has changed since is shown pale. */
  function showFresh(index) {
    const stale = index !== store.state.take && !answers.isFresh(index);
    cards[index].card.classList.toggle("ps-stale", stale);
  }

  function showCards(state) {
    cards.forEach(({ card, seed }, index) => {
      const chosen = index === state.take;
      card.setAttribute("aria-checked", String(chosen));
      card.tabIndex = chosen ? 0 : -1;
      seed.textContent = `seed ${state.takes[index].seed}`;
      card.setAttribute("aria-label", `Take ${TAKE_NAMES[index]}, seed ${state.takes[index].seed}`);
      card.title = `Take ${TAKE_NAMES[index]} (key ${index + 1})`;
    });
  }

  cards.forEach(({ card }, index) => {
    card.addEventListener("click", () => press(index));
    card.addEventListener("keydown", (event) => {
      const way = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }[event.key];
      if (!way) return;
      event.preventDefault();
      const next = (index + way + cards.length) % cards.length;
      choose(next);
      cards[next].card.focus();
    });
    shortcuts.add([String(index + 1)], `Take ${TAKE_NAMES[index]}`, () => choose(index));
  });
  document.addEventListener("pointerdown", ({ target }) => {
    if (heard !== null && !part("take-list").contains(/** @type {Node} */ (target))) endHearing();
  });
  part("new-takes").addEventListener("click", () => store.setState(rollTakes(store.state)));
  return {
    update(state, previous) {
      if (!previous || state.takes !== previous.takes || state.take !== previous.take) {
        showCards(state);
      }
      if (previous && asksModel(state, previous)) endHearing();
      cards.forEach((_, index) => showFresh(index));
      answers.later();
    },
    open: endHearing,
    show() {
      answers.keepChosen();
      if (store.state.view === "studio" && instance.performance) draw(store.state.take);
      answers.later();
    },
  };
}
