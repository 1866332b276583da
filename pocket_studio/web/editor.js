// Puts the parts together: one state in the middle, the server on one side, the page on the other.

import { bindCodeStrip } from "./codes/codestrip.js";
import { bindHistory } from "./core/history.js";
import { keepPage } from "./core/installed.js";
import { withOpenedBeats } from "./core/kept.js";
import { createConditions, createStatus, followReach } from "./core/messages.js";
import { bindModel } from "./core/model.js";
import { createPlayer } from "./core/player.js";
import { initialState, learnFields, projectKeys, stateOf } from "./core/project.js";
import { AWAY, connect } from "./core/server.js";
import { createShortcuts } from "./core/shortcuts.js";
import { createStore } from "./core/store.js";
import { bindExporting } from "./files/exporting.js";
import { bindImporting } from "./files/importing.js";
import { bindSession, restoreSession } from "./files/session.js";
import { bindAsked } from "./sheet/asked.js";
import { bindBars } from "./sheet/bars.js";
import { bindLaneDrum } from "./sheet/contours.js";
import { bindControls } from "./sheet/controls.js";
import { bindFolding } from "./sheet/folding.js";
import { buildHeader, createGrid } from "./sheet/grid.js";
import { MICROTIMING_LANE, VELOCITY_LANE, createLane } from "./sheet/lanes.js";
import { bindLayers } from "./sheet/layers.js";
import { bindLocks } from "./sheet/locks.js";
import { bindOrnaments } from "./sheet/ornaments.js";
import { bindOutput } from "./sheet/output.js";
import { bindResult } from "./sheet/result.js";
import { bindJumps } from "./sheet/jumps.js";
import { createRows } from "./sheet/rows.js";
import { bindSide } from "./sheet/side.js";
import { bindTapIn } from "./sheet/tapin.js";
import { bindSong } from "./song/song.js";
import { createKits } from "./sound/kits.js";
import { bindPlaying } from "./sound/playing.js";
import { createTransport } from "./sound/transport.js";
import { bindMorph } from "./takes/morph.js";
import { bindTabs } from "./tabs.js";
import { bindSweep } from "./takes/sweep.js";
import { bindTakes } from "./takes/takes.js";

/** The parts of the page, in the order in which they hear of a change; none knows another. */
const PARTS = [
  bindLaneDrum,
  bindControls,
  bindBars,
  bindTapIn,
  bindExporting,
  bindImporting,
  bindSession,
  bindFolding,
  bindTakes, // before those that write: it reads sizes
  bindResult,
  bindOutput,
  bindOrnaments,
  bindLayers,
  bindSide,
  bindJumps,
  bindLocks,
  bindAsked,
  bindMorph,
  bindSweep,
  bindCodeStrip,
  bindSong,
];
function showSources(node, boot) {
  const sound = boot.soundfont ? `Sound: ${boot.soundfont}` : "Sound: none";
  node.textContent = `${sound} · Model: ${boot.checkpoint}`;
  node.title = boot.sound_notice || node.textContent;
}

/** A button that was clicked gives up the focus, so that Space goes on to play and stop. */
function releaseClickedButtons(root) {
  root.addEventListener("click", (event) => {
    const button = event.detail > 0 ? event.target.closest("button") : null;
    if (button && !button.closest("dialog")) button.blur();
  });
}

/** The sounds come when somebody is there: before Play is pressed, and not for pages left alone. */
function prepareSound({ root, boot, instance, player, transport }) {
  if (boot.sound_notice) return;
  const kinds = ["pointermove", "pointerdown", "keydown"];
  function prepare() {
    if (!instance.groove) return;
    for (const kind of kinds) root.removeEventListener(kind, prepare);
    transport.prepare(player.sketch());
  }
  for (const kind of kinds) root.addEventListener(kind, prepare, { passive: true });
}

/** Everything that a part of the page may need; the parts get it and know nothing else. */
function createApp(part, boot, server, condition, initial) {
  const root = part("root");
  const store = createStore(initial, withOpenedBeats);
  const say = createStatus(part("status"));
  const instance = {
    store,
    root,
    boot,
    groove: null,
    codes: null,
    performance: null,
    previous: null,
    version: 0,
  };
  const sayNothing = () => say("");
  const announce = (name, detail) => root.dispatchEvent(new CustomEvent(name, { detail }));
  const hooks = [];
  /** That the studio is away is said where it stands. */
  const fail = (line) => line === AWAY.error || say(line, true);
  let failed = false; // the last groove that was asked for did not come
  const transport = createTransport({
    askKit: server.kit,
    onChange() {
      if (!transport.playing) condition("paused", null);
      hooks.forEach((hook) => hook.sound?.());
    },
    onError: (line) => say(line, true),
    onSound: (detail) => announce("pocket:sound", detail),
    onPaused: (line) => condition("paused", line, { text: "Resume sound", run: transport.open }),
    onResumed: () => condition("paused", null),
  });
  const kits = createKits(part, { store, boot, server, say, onChange: () => player.show() });
  const player = createPlayer({
    store,
    boot,
    server,
    transport,
    soundOf: kits.soundOf,
    instance,
    onShow: () => {
      hooks.forEach((hook) => hook.show?.(instance));
      announce("pocket:picture", { version: instance.version });
    },
    onError(line, { busy }) {
      if (busy) {
        const remedy = { text: "Ask again", run: () => player.channel.request() };
        condition("busy", "The studio is busy: this is not yet what you asked for.", remedy);
        return;
      }
      failed = true;
      fail(line);
    },
    onAnswer() {
      condition("busy", null);
      if (failed) sayNothing();
      failed = false;
    },
  });
  const hitOf = (drum) => ({ drum, velocity: 0.8, ...kits.soundOf(store.state) });
  const shortcuts = createShortcuts(root, {
    dialog: part("help"),
    list: part("shortcut-list"),
    single: part("single-keys"),
    openButton: part("open-help"),
  });
  return {
    part,
    root,
    boot,
    server,
    store,
    say,
    sayNothing,
    fail,
    condition,
    instance,
    hooks,
    transport,
    kits,
    player,
    shortcuts,
    redraw: () => instance.groove && hooks.forEach((hook) => hook.show?.(instance)),
    /** Hear one hit of a drum. */
    audition(drum) {
      if (!boot.sound_notice) transport.hit(hitOf(drum));
    },
    /** Fetch the sound of a drum, so that its first `audition` does not wait. */
    prepareAudition: (drum) => transport.prepareHit(hitOf(drum)),
  };
}

/** What only the page as a whole can do: tabs, the sketch, lanes, resizing. */
function buildSheet(app) {
  const { part, boot, store, instance, hooks } = app;
  const rows = createRows(app);
  buildHeader(part("count"));
  hooks.push(
    rows,
    createGrid(part("grid"), { titles: boot.drum_titles, store, rows }),
    createLane(part("velocity_pattern"), { lane: VELOCITY_LANE, store, boot, instance }),
    createLane(part("microtiming_pattern"), { lane: MICROTIMING_LANE, store, boot, instance }),
  );
}

function follow(app) {
  const { part, store, instance, hooks, player, kits, redraw } = app;
  const showTab = bindTabs(app);
  store.subscribe((state, previous, { remembers = false }) => {
    if (remembers) return; // nothing that is seen or heard
    // What was said of the state before may not be true any more; who changes it speaks after.
    const changed = projectKeys().some((key) => state[key] !== previous[key]);
    if (changed) app.sayNothing();
    player.ask(state, previous); // the model works while the page is brought in line
    kits.update(state, previous);
    hooks.forEach((hook) => hook.update?.(state, previous));
    if (state.view !== previous.view) {
      showTab(state);
      hooks.forEach((hook) => hook.open?.(state.view));
      if (instance.groove) hooks.forEach((hook) => hook.show?.(instance));
    }
    player.update(state, previous);
  });
  new ResizeObserver(redraw).observe(part("sheet"));
  new MutationObserver(redraw).observe(document.body, { attributeFilter: ["class"] });
}

/**
 * Mount the editor on gradio's element; called once by the component's js_on_load.
 *
 * @returns the instance that tests and benchmarks look at, once the last session is back.
 */
export async function mount(element, boot) {
  let heard = (_model) => {};
  const part = (name) => element.querySelector(`[data-ps="${name}"]`);
  const condition = createConditions(part("conditions"));
  const reached = followReach(condition, () => server.sounds({}).catch(() => {}));
  const server = connect((model) => heard(model), reached);
  learnFields(boot.fields);
  const restored = await restoreSession(server, condition);
  const session = restored.project ? stateOf(restored.project, boot) : {};
  const app = createApp(part, boot, server, condition, {
    ...initialState(boot),
    ...restored.room,
    ...session,
  });
  const { store, say, instance, hooks, player } = app;
  app.tab = restored.tab;
  app.playIn = bindPlaying(app);
  app.history = bindHistory(part, app);
  buildSheet(app);
  hooks.push(...PARTS.map((bind) => bind(app)).filter(Boolean));
  follow(app);
  hooks.forEach((hook) => hook.update?.(store.state, null));
  releaseClickedButtons(app.root);
  prepareSound(app);
  showSources(part("sources"), boot);
  heard = bindModel(app, () => showSources(part("sources"), boot));
  if (restored.linked) store.setState(stateOf(restored.linked, boot));
  condition("sound", boot.sound_notice);
  say([...boot.notices, ...restored.notices].join(" "));
  if (restored.error) say(restored.error, true);
  Object.assign(instance, {
    transport: app.transport,
    channel: player.channel,
    history: app.history,
    app,
  });
  player.channel.request();
  window.PocketStudio = { instance };
  keepPage();
  return instance;
}
