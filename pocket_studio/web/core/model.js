// The model that answers: the server may come back with another one while the page stays.

/** @import { App } from "../types.js" */

/**
 * Follow which model the server has; `onOther()` is called when it is another one.
 *
 * What is saved or shared from then on is signed with it, and what is shown is asked of it again.
 *
 * @param {App} app
 * @returns {(model: string) => void} to be told with each answer
 */
export function bindModel({ boot, player, condition }, onOther) {
  return (model) => {
    if (model === boot.checkpoint_digest) return;
    const words =
      `The studio has come back with another model (${model}): your sketch, contours, edits, ` +
      "locked rows and song are as they were, it plays the rest.";
    boot.checkpoint_digest = model;
    boot.project.checkpoint = model;
    boot.checkpoint = `PocketVAE ${model}`;
    onOther();
    player.channel.request();
    // The codebook that is open is still the other one's.
    condition("model", words, { text: "Reload the page", run: () => location.reload() });
  };
}
