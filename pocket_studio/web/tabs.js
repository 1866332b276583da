// The views of the page, one at a time; what is not seen at first is fetched when it is opened.

import { NOT_FETCHED, later } from "./core/later.js";

/** @import { App, State } from "./types.js" */

/** @type {State["view"][]} */
const VIEWS = ["studio", "song", "codebook", "listening"];
/** The parts of views that the first groove does not wait for. */
const LATER = {
  codebook: later(async () => (await import("./codes/codebook.js")).bindCodebook),
  listening: later(async () => (await import("./listening/listening.js")).bindListening),
};

/** Returns what lets a view that has just been opened join the others, once. */
function createJoining(app) {
  const { store, instance, hooks, fail } = app;
  const joined = new Set();
  return async (view) => {
    if (!LATER[view] || joined.has(view)) return;
    joined.add(view);
    try {
      const bind = await LATER[view]();
      const hook = bind(app);
      hooks.push(hook);
      hook.update?.(store.state, null);
      hook.open?.(store.state.view);
      if (instance.groove) hook.show?.(instance);
    } catch {
      joined.delete(view); // it is fetched when the view is opened again
      fail(NOT_FETCHED);
    }
  };
}

/**
 * Bind the tabs; returns what shows the view that a state names.
 *
 * @param {App} app
 */
export function bindTabs(app) {
  const { part, store } = app;
  const join = createJoining(app);

  VIEWS.forEach((name, index) => {
    const tab = part(`tab-${name}`);
    tab.addEventListener("click", () => store.setState({ view: name }));
    tab.addEventListener("keydown", (event) => {
      if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
      event.preventDefault();
      const way = event.key === "ArrowRight" ? 1 : -1;
      const other = VIEWS[(index + way + VIEWS.length) % VIEWS.length];
      store.setState({ view: other });
      part(`tab-${other}`).focus();
    });
  });
  return (state) => {
    join(state.view);
    part("root").dataset.view = state.view;
    for (const name of VIEWS) {
      const chosen = state.view === name;
      part(`view-${name}`).hidden = !chosen;
      part(`tab-${name}`).setAttribute("aria-selected", String(chosen));
      part(`tab-${name}`).tabIndex = chosen ? 0 : -1;
    }
  };
}
