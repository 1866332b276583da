// Undo and redo: what every change of the project replaced, a stroke at a time.
"use strict";

(function (studio) {
  const MAX_STEPS = 200;

  /**
   * Follow the `keys` of `store`. Changes with the same `merge` are one step; one that `remembers` is
   * none of its own and belongs to the present.
   *
   * @returns {{undo, redo}} each returns the keys that it changed, none at the end.
   */
  function createHistory(store, keys, onChange) {
    let past = [];
    let future = [];
    let merging = null;
    let moving = false;
    const pick = (state) => Object.fromEntries(keys.map((key) => [key, state[key]]));

    store.subscribe((state, previous, { merge = null, remembers = false }) => {
      if (moving || remembers || !keys.some((key) => state[key] !== previous[key])) return;
      if (merge === null || merge !== merging) {
        past = [...past.slice(1 - MAX_STEPS), pick(previous)];
      }
      merging = merge;
      future = [];
      onChange();
    });

    function moveTo(wanted) {
      const before = store.state;
      const changed = keys.filter((key) => wanted[key] !== before[key]);
      merging = null;
      moving = true;
      store.setState(wanted);
      moving = false;
      onChange();
      return changed;
    }

    return {
      get nUndo() {
        return past.length;
      },
      get nRedo() {
        return future.length;
      },
      undo() {
        if (!past.length) return [];
        future = [...future, pick(store.state)];
        const wanted = past.at(-1);
        past = past.slice(0, -1);
        return moveTo(wanted);
      },
      redo() {
        if (!future.length) return [];
        past = [...past, pick(store.state)];
        const wanted = future.at(-1);
        future = future.slice(0, -1);
        return moveTo(wanted);
      },
    };
  }

  Object.assign(studio, { createHistory });
})(window.PocketStudio);
