// From the state to what is seen and heard: asks the model, shapes its answer, plays it, shows it.

import { withHeard } from "./kept.js";
import { activeTake, asksModel, grooveRequest, keysThat } from "./project.js";
import { createChannel } from "./server.js";
import { levelsOf, shape } from "./shaping.js";

/** What changes the picture or the sound without asking the model. */
const shaping = () => [...keysThat("shapes"), "layer", "compare"];
const mixing = () => [...keysThat("mixes"), "click"];
const differs = (keys, state, previous) => keys.some((key) => state[key] !== previous[key]);

/**
 * Keep `instance` in step with the state.
 *
 * `instance.performance` is the model's last answer, `instance.previous` that of the take before,
 * `instance.groove` what is shown and played. `onShow()` is called when that has changed.
 */
export function createPlayer({
  store,
  boot,
  server,
  transport,
  soundOf,
  instance,
  onShow,
  onError,
  onAnswer,
}) {
  const { drums } = boot;
  let asked = null; // {state, slot}: what the request on its way is about, which take in which place
  let preview = null; // {performance, started}: heard and seen in place of the present, for a while

  /** What is compared is heard as it is: the bare sketch, or the take before. */
  function shown(state) {
    if (preview) return shape(preview.performance, state, drums, "microtiming");
    const previous = state.compare === "previous" && instance.previous;
    return shape(previous || instance.performance, state, drums);
  }

  function sketch() {
    return { key: "sketch", groove: instance.groove, ...mix() };
  }

  function mix() {
    const { state } = store;
    return { ...soundOf(state), levels: levelsOf(state, drums), click: state.click };
  }

  function show() {
    if (!instance.performance) return;
    instance.groove = shown(store.state);
    instance.codes = instance.performance.codes;
    instance.version += 1;
    onShow();
    transport.replace(sketch());
  }

  /** The take that an answer is for, which keeps what it says if nothing else is asked by now. */
  function heard(answer) {
    if (asksModel(store.state, asked.state)) return activeTake(asked.state);
    const { state } = store;
    store.setState(withHeard(state, state.take, answer), { remembers: true });
    return activeTake(store.state);
  }

  const channel = createChannel({
    send: server.groove,
    makeRequest() {
      const { state } = store;
      asked = { state, slot: `${state.take}:${activeTake(state).seed}` };
      return grooveRequest(state, boot);
    },
    onAnswer(answer) {
      const { performance } = instance;
      const { slot } = asked;
      // Swapping or locking codes changes a take; another place or seed is another take.
      if (performance && performance.slot !== slot) instance.previous = performance;
      instance.performance = { ...answer, take: heard(answer), slot };
      onAnswer();
      show();
    },
    onError,
  });

  function ask(state, previous) {
    if (asksModel(state, previous)) channel.request();
  }

  function update(state, previous) {
    if (differs(shaping(), state, previous)) show();
    else if (differs(mixing(), state, previous) && instance.groove) transport.replace(sketch());
  }

  /** Let `performance` be seen, and heard if there is sound, until `endPreview`. */
  function startPreview(performance) {
    const started = preview ? preview.started : !transport.playing;
    preview = { performance, started };
    show();
    if (started && !boot.sound_notice) transport.play(sketch());
  }

  /** Back to the present; a sound that began with the preview ends unless it is to `goOn`. */
  function endPreview({ goOn = false } = {}) {
    if (!preview) return;
    const { started } = preview;
    preview = null;
    if (started && !goOn) transport.stop();
    show();
  }

  return {
    channel,
    sketch,
    mix,
    show,
    ask,
    update,
    startPreview,
    endPreview,
    get previewed() {
      return preview && preview.performance;
    },
  };
}
