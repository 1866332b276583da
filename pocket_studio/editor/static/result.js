// The picture of the groove: heatmap, its description and what changed against the sketch.
"use strict";

(function (studio) {
  studio.feature(({ part, boot, store }) => {
    const names = [...boot.drum_titles].reverse();
    part("result-names").append(...names.map((text) => studio.element("span", { text })));

    return {
      show({ groove }) {
        if (store.state.view !== "studio") return;
        const { template } = store.state;
        const comparison = studio.drawGroove(part("heatmap"), groove, { drums: boot.drums, template });
        const words = studio.describeGroove(groove, comparison);
        part("heatmap").setAttribute("aria-label", `Groove: ${words}`);
        part("counts").textContent = words;
      },
    };
  });
})(window.PocketStudio);
