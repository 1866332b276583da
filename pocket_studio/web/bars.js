// The two bars of the sketch: copied onto each other, or emptied.
"use strict";

(function (studio) {
  const { AUTO, STEPS_PER_BAR } = studio;

  const barOf = (text, bar) => text.slice(bar * STEPS_PER_BAR, (bar + 1) * STEPS_PER_BAR);
  const withBar = (text, bar, cells) => (
    bar === 0 ? cells + barOf(text, 1) : barOf(text, 0) + cells
  );

  studio.feature(({ part, boot, store }) => {
    const change = (rewrite) => studio.writeTemplate(store, store.state.template.map(rewrite));
    for (const bar of [0, 1]) {
      part(`copy-${bar}`).addEventListener("click", () => {
        change((text) => withBar(text, 1 - bar, barOf(text, bar)));
      });
      part(`clear-${bar}`).addEventListener("click", () => {
        change((text) => withBar(text, bar, AUTO.repeat(STEPS_PER_BAR)));
      });
    }
    part("clear-grid").addEventListener("click", () => {
      studio.writeTemplate(store, studio.emptyTemplate(boot.drums.length));
    });
  });
})(window.PocketStudio);
