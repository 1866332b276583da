// The bars of a file: as tall as they are full, two of them to be chosen.

import { element } from "../core/fields.js";

const METER = "4/4"; // the only one that the studio plays

/**
 * One label for each bar, with a radio button for it and the next where both are in 4/4.
 *
 * @param {{ bar: number, bar_hits: number[], bar_meters: string[] }} answer
 * @param {(bar: number) => void} choose
 */
export function buildBars({ bar: chosen, bar_hits: hits, bar_meters: meters }, choose) {
  const most = Math.max(1, ...hits);
  return hits.map((n, bar) => {
    const level = element("i");
    level.style.height = `${Math.round((100 * n) / most)}%`;
    const isOdd = meters[bar] !== METER;
    const label = element(
      "label",
      { title: isOdd ? `${n} hits, in ${meters[bar]}` : `${n} hits` },
      element("span", { class: "ps-bar-level", "aria-hidden": "true" }, level),
      element("span", { text: String(bar + 1), "aria-hidden": "true" }),
    );
    label.classList.toggle("ps-odd-bar", isOdd);
    if (isOdd) label.append(element("span", { text: meters[bar], class: "ps-bar-meter" }));
    if (bar === hits.length - 1) return label; // two bars can't begin here
    const odd = [bar, bar + 1].find((each) => meters[each] !== METER);
    const why = odd === undefined ? "" : `; bar ${odd + 1} is in ${meters[odd]}`;
    const radio = element("input", {
      type: "radio",
      name: "ps-import-bar",
      value: String(bar),
      "aria-label": `Bars ${bar + 1} and ${bar + 2}, ${n} and ${hits[bar + 1]} hits${why}`,
    });
    radio.checked = bar === chosen;
    radio.disabled = odd !== undefined;
    radio.addEventListener("change", () => choose(bar));
    label.prepend(radio);
    return label;
  });
}
