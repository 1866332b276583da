// The template grid: 7 drums x 32 sixteenths, one tab stop, painted or typed.
"use strict";

(function (studio) {
  const { STEPS, element, stepName, withCharacter } = studio;

  /** The row of "1 e & a" above the grid. */
  function buildHeader(columns) {
    for (let step = 0; step < STEPS; step += 1) {
      const beat = String(Math.floor((step % 16) / 4) + 1);
      const text = [beat, "e", "&", "a"][step % 4];
      columns.append(element("span", { class: studio.stepClasses(step), text }));
    }
  }

  /**
   * Build the grid into `root`.
   *
   * @param {object} options `titles` by drum, `store`, and `audition(drum)` for the row names.
   * @returns {{update: function}} `update(state, previous)` redraws what changed.
   */
  function createGrid(root, { titles, store, audition }) {
    const nDrums = titles.length;
    const drumOfRow = (row) => nDrums - 1 - row; // the kick lies at the bottom
    const body = element("div", { class: "ps-body", role: "presentation" });
    const cells = [];
    const names = [];
    const cursor = { row: nDrums - 1, column: 0 };

    for (let row = 0; row < nDrums; row += 1) {
      const title = titles[drumOfRow(row)];
      const name = element("button", {
        type: "button", class: "ps-name", tabindex: "-1", text: title, title: `Hear the ${title}`,
      });
      name.addEventListener("click", () => audition(drumOfRow(row)));
      names.push(name);
      const columns = element("div", { class: "ps-columns", role: "presentation" });
      cells.push([]);
      for (let step = 0; step < STEPS; step += 1) {
        const cell = element("div", {
          role: "gridcell", tabindex: "-1", class: `ps-cell ${studio.stepClasses(step)}`,
        });
        columns.append(cell);
        cells[row].push(cell);
      }
      const header = element("div", { role: "rowheader", class: "ps-label" }, name);
      body.append(element("div", { class: "ps-row", role: "row" }, header, columns));
    }
    root.append(body);

    function show(row, step, on) {
      const cell = cells[row][step];
      cell.setAttribute("aria-selected", String(on));
      const title = titles[drumOfRow(row)];
      cell.setAttribute("aria-label", `${title}, ${stepName(step)}: ${on ? "on" : "off"}`);
    }

    function paint(places, on, how = {}) {
      const template = [...store.state.template];
      for (const { row, column } of places) {
        const drum = drumOfRow(row);
        template[drum] = withCharacter(template[drum], column, on ? "x" : ".");
      }
      const same = template.every((text, drum) => text === store.state.template[drum]);
      if (!same) store.setState({ template, preset: null }, how);
    }

    const isOn = (row, column) => store.state.template[drumOfRow(row)][column] === "x";

    /** Move the one tab stop; column -1 is the row's name. */
    function moveTo(row, column, focus = true) {
      const at = (place) => (place.column < 0 ? names[place.row] : cells[place.row][place.column]);
      at(cursor).tabIndex = -1;
      cursor.row = Math.min(nDrums - 1, Math.max(0, row));
      cursor.column = Math.min(STEPS - 1, Math.max(-1, column));
      at(cursor).tabIndex = 0;
      if (focus) at(cursor).focus();
    }

    studio.makePaintable(body, nDrums, {
      first: cells[0][0],
      last: cells[nDrums - 1][STEPS - 1],
      begin(cell, erase) {
        const { template, preset } = store.state;
        moveTo(cell.row, cell.column);
        return { on: !erase && !isOn(cell.row, cell.column), before: { template, preset } };
      },
      paint: (places, brush) => paint(places, brush.on, { merge: brush }),
      undo: (brush) => store.setState(brush.before, { merge: brush }),
    });

    root.addEventListener("focusin", (event) => {
      const row = names.indexOf(event.target);
      if (row >= 0) moveTo(row, -1, false);
    });

    root.addEventListener("keydown", (event) => {
      if (event.altKey || event.metaKey) return;
      const { row, column } = cursor;
      const jump = event.ctrlKey;
      const moves = {
        ArrowLeft: () => moveTo(row, column - 1),
        ArrowRight: () => moveTo(row, column + 1),
        ArrowUp: () => moveTo(row - 1, column),
        ArrowDown: () => moveTo(row + 1, column),
        Home: () => moveTo(jump ? 0 : row, 0),
        End: () => moveTo(jump ? nDrums - 1 : row, STEPS - 1),
      };
      const toggles = column >= 0 && !jump && ["Enter", "x", "X"].includes(event.key);
      if (moves[event.key]) moves[event.key]();
      else if (toggles) paint([cursor], !isOn(row, column));
      else return;
      event.preventDefault();
    });

    function update(state, previous) {
      for (let row = 0; row < nDrums; row += 1) {
        const now = state.template[drumOfRow(row)];
        const before = previous && previous.template[drumOfRow(row)];
        if (now === before) continue;
        for (let step = 0; step < STEPS; step += 1) {
          if (!before || now[step] !== before[step]) show(row, step, now[step] === "x");
        }
      }
    }

    moveTo(cursor.row, cursor.column, false);
    update(store.state, null);
    return { update };
  }

  Object.assign(studio, { buildHeader, createGrid });
})(window.PocketStudio);
