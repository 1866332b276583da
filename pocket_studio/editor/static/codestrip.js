// The eight codes under the eight beats.
"use strict";

(function (studio) {
  studio.feature(({ part }) => {
    for (let beat = 0; beat < 8; beat += 1) {
      const title = `The code that plays beat ${(beat % 4) + 1} of bar ${beat < 4 ? 1 : 2}`;
      part("codes").append(studio.element("span", { title }));
    }

    return {
      show({ codes }) {
        [...part("codes").children].forEach((node, beat) => {
          node.textContent = codes ? `code ${codes[beat]}` : "";
        });
      },
    };
  });
})(window.PocketStudio);
