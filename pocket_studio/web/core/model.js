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
export function bindModel({ boot, player, say }, onOther) {
  return (model) => {
    if (model === boot.checkpoint_digest) return;
    const words =
      `The studio has come back with another model (${model}): your sketch, contours, edits, ` +
      "locked rows and song are as they were, it plays the rest. Reload the page for its codebook.";
    boot.checkpoint_digest = model;
    boot.project.checkpoint = model;
    boot.checkpoint = `PocketVAE ${model}`;
    onOther();
    player.channel.request();
    setTimeout(() => say(words), 0); // after what the present answer lets be said
  };
}
