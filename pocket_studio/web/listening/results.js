// What all listeners answered: Figure 3 as a picture, and its numbers as a table.

import { element } from "../core/fields.js";
import { ask } from "../core/server.js";

const percent = (share) => `${Math.round(100 * share)}%`;

function buildRow({ label, n, n_answers: nAnswers, share, low, high }) {
  const cells = nAnswers
    ? [percent(share), `${percent(low)} to ${percent(high)}`, `${n} of ${nAnswers}`]
    : ["no answers yet", "", "0"];
  return element(
    "tr",
    {},
    element("th", { scope: "row", text: label }),
    ...cells.map((text) => element("td", { text })),
  );
}

function describe({ n, n_models: nModels }) {
  if (n === 0) return "There are no answers yet. Take a test to give the first.";
  const models = nModels > 1 ? `, about ${nModels} versions of the AI` : "";
  return (
    `${n} ${n === 1 ? "answer" : "answers"} so far${models}. With fewer answers the range ` +
    "in which the true share is likely to lie (the 95% interval) is wider."
  );
}

/** Returns {refresh}: `refresh()` asks for the results if they are unfolded. */
export function createResults(part, { server, onError }) {
  const details = part("results");

  async function refresh() {
    if (!details.open) return;
    const answer = await ask(server.listening_results, {});
    if (answer.error) {
      onError(answer.error);
      return;
    }
    part("results-note").textContent = describe(answer);
    part("results-figure").hidden = part("results-table").hidden = answer.n === 0;
    part("results-figure").src = `data:image/svg+xml;base64,${answer.svg}`;
    part("results-rows").replaceChildren(...answer.rows.map(buildRow));
  }

  details.addEventListener("toggle", refresh);
  return { refresh };
}
