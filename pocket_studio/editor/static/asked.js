// Asked and got: what came out of a painted contour, drawn over it and counted.
"use strict";

(function (studio) {
  const { STEPS, AUTO, element } = studio;
  const LANES = [
    {
      lane: studio.VELOCITY_LANE, got: "velocity_pattern", followed: "velocity",
      silent: "had no cymbal",
    },
    {
      lane: studio.TIMING_LANE, got: "microtiming_pattern", followed: "microtiming",
      silent: "had no hit",
    },
  ];

  /** "Velocity: 12 of 14 steps as painted, 13 within one level; 1 had no cymbal". */
  function followedWords(title, { n_asked, n_silent, n_same, n_within_one }, silent) {
    const words = `${title}: ${n_same} of ${n_asked} steps as painted`;
    const near = n_within_one > n_same ? `, ${n_within_one} within one level` : "";
    return `${words}${near}${n_silent ? `; ${n_silent} ${silent}` : ""}`;
  }

  /** One lane's marks; `show(performance, text)` draws them over the painted `text`. */
  function createMarks(part, { lane, got, followed, silent }) {
    const columns = [...part(lane.key).children];
    const marks = columns.map((column) => {
      const mark = element("i", { class: `ps-got ps-got-${lane.key}`, "aria-hidden": "true" });
      column.append(mark);
      return mark;
    });
    const nameOf = (character) => lane.names[lane.levels.indexOf(character)];

    function showStep(step, character) {
      marks[step].hidden = character === AUTO;
      if (marks[step].hidden) {
        columns[step].removeAttribute("title");
        return;
      }
      marks[step].dataset.level = String(lane.levels.indexOf(character) + 1);
      columns[step].title = `came out ${nameOf(character)}`;
    }

    return function show(performance, text) {
      const nothing = AUTO.repeat(STEPS);
      const isPainted = text !== nothing;
      [...(isPainted ? performance.got[got] : nothing)].forEach((one, step) => showStep(step, one));
      part(`asked-${lane.key}`).hidden = !isPainted;
      part(`asked-${lane.key}-text`).textContent = isPainted
        ? followedWords(lane.title, performance.followed[followed], silent) : "";
      return isPainted;
    };
  }

  studio.feature(({ part, store, instance }) => {
    const lanes = LANES.map((one) => ({ key: one.lane.key, show: createMarks(part, one) }));

    function show() {
      const { performance } = instance;
      if (!performance) return;
      const painted = lanes.map(({ key, show: showLane }) => showLane(performance, store.state[key]));
      part("asked").hidden = !painted.includes(true);
    }

    return { show };
  });
})(window.PocketStudio);
