// Puts the parts together: one state in the middle, the server on one side, the page on the other.
"use strict";

(function (studio) {
  const VIEWS = ["studio", "song", "codebook", "listening"];
  const FLASH_MS = 1200;
  /** Where a part of the project is seen; what is not listed has the name of its key. */
  const PLACES = {
    template: "grid", keepSketch: "keep-sketch", takes: "takes", take: "takes", lockedBeats: "codes", lockedRows: "result-names",
    edits: "heatmap", tempo: "tempo-slider", muted: "grid", solo: "grid", levels: "grid",
    reference: "import-button", referenceNotes: "reference-notes-box", song: "song-list",
  };
  const WORDS = {
    template: "the sketch", keepSketch: "Keep my hits", velocity: "the velocity contour", timing: "the timing contour",
    genre: "the genre", takes: "the takes", take: "the chosen take", lockedBeats: "the locked beats",
    lockedRows: "the locked rows", edits: "the edited hits", temperature: "the variation",
    velocityAmount: "the dynamics", timingAmount: "the feel", muted: "mute", solo: "solo",
    levels: "a row's volume", morph: "the morph", guidance: "the genre strength", density: "the density",
    humanity: "the humanity", reference: "the reference", referenceNotes: "the reference's notes",
  };

  /** One line for the reader of the page; an error stays until something works again. */
  function createStatus(node) {
    return (line, isError = false) => {
      node.textContent = line;
      node.classList.toggle("ps-error", isError && line !== "");
    };
  }

  function bindTabs(part, store) {
    VIEWS.forEach((name, index) => {
      const tab = part(`tab-${name}`);
      tab.addEventListener("click", () => store.setState({ view: name }));
      tab.addEventListener("keydown", (event) => {
        if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
        event.preventDefault();
        const way = event.key === "ArrowRight" ? 1 : -1;
        const other = VIEWS[(index + way + VIEWS.length) % VIEWS.length];
        store.setState({ view: other });
        part(`tab-${other}`).focus();
      });
    });
    return (state) => {
      part("root").dataset.view = state.view;
      for (const name of VIEWS) {
        const chosen = state.view === name;
        part(`view-${name}`).hidden = !chosen;
        part(`tab-${name}`).setAttribute("aria-selected", String(chosen));
        part(`tab-${name}`).tabIndex = chosen ? 0 : -1;
      }
    };
  }

  /** Undo and redo, by button and key; both show what they changed. */
  function bindHistory(part, { store, shortcuts, say }) {
    const history = studio.createHistory(store, studio.PROJECT_KEYS, () => showButtons());

    function showButtons() {
      part("undo").disabled = history.nUndo === 0;
      part("redo").disabled = history.nRedo === 0;
    }

    /** What is told of a move: not what the takes keep, which follows, unless nothing else moved. */
    function told(keys, before) {
      const { takes } = store.state;
      const follows = keys.length > 1
        && takes.every((take, index) => studio.sameChoice(take, before.takes[index]));
      return keys.filter((key) => key !== "preset" && !(key === "takes" && follows));
    }

    function move(go, verb) {
      const before = store.state;
      const known = told(go(), before);
      if (!known.length) return;
      store.setState({ view: known[0] === "song" ? "song" : "studio" });
      const nodes = known.map((key) => part(PLACES[key] || key)).filter(Boolean);
      for (const node of nodes) {
        node.closest("details")?.setAttribute("open", "");
        if (node.closest(".ps-extra")) part("more").setAttribute("aria-expanded", "true");
        node.classList.add("ps-flash");
        setTimeout(() => node.classList.remove("ps-flash"), FLASH_MS);
      }
      nodes[0]?.scrollIntoView({ block: "nearest", inline: "nearest" });
      say(`${verb} ${known.map((key) => WORDS[key] || key).join(", ")}.`);
    }

    const undo = () => move(history.undo, "Undid a change of");
    const redo = () => move(history.redo, "Did again a change of");
    part("undo").addEventListener("click", undo);
    part("redo").addEventListener("click", redo);
    shortcuts.add(["ctrl+z"], "Undo", undo);
    shortcuts.add(["ctrl+shift+z", "ctrl+y"], "Redo", redo);
    showButtons();
    return history;
  }

  function showSources(node, boot) {
    const sound = boot.soundfont ? `Sound: ${boot.soundfont}` : "Sound: none";
    node.textContent = `${sound} · Model: ${boot.checkpoint}`;
    node.title = boot.sound_notice || node.textContent;
  }

  function createPlayhead(part, transport) {
    const head = part("playhead");
    let frame = null;
    function move() {
      const phase = transport.heardPhase;
      head.hidden = phase === null || transport.sourceKey !== "sketch";
      if (!head.hidden) {
        // A hit on the grid is drawn at the centre of its column, half a step to the right.
        const place = (phase + 0.5 / studio.STEPS) % 1;
        head.style.transform = `translateX(${place * head.parentElement.clientWidth}px)`;
      }
      frame = transport.playing ? requestAnimationFrame(move) : null;
    }
    return () => {
      if (frame === null) move();
    };
  }

  /** A button that was clicked gives up the focus, so that Space goes on to play and stop. */
  function releaseClickedButtons(root) {
    root.addEventListener("click", (event) => {
      const button = event.detail > 0 ? event.target.closest("button") : null;
      if (button && !button.closest("dialog")) button.blur();
    });
  }

  function bindJumps(part) {
    for (const bar of [0, 1]) {
      part(`jump-${bar}`).addEventListener("click", () => {
        const left = bar * (part("count").clientWidth / 2);
        part("scroller").scrollTo({ left, behavior: "smooth" });
      });
    }
  }

  /** Everything that a part of the page may need; the parts get it and know nothing else. */
  function createApp(part, boot, server, initial) {
    const root = part("root");
    const store = studio.createStore(initial, studio.withOpenedBeats);
    const say = createStatus(part("status"));
    const instance = {
      store, root, boot, groove: null, codes: null, performance: null, previous: null, version: 0,
    };
    /** What is always true, that there is no sound, is said again. */
    const sayNothing = () => say(boot.sound_notice || "", Boolean(boot.sound_notice));
    const announce = (name, detail) => root.dispatchEvent(new CustomEvent(name, { detail }));
    const hooks = [];
    const fail = (line) => say(line, true);
    let failed = false; // the last groove that was asked for did not come
    const transport = studio.createTransport({
      render: server.render,
      requestOf: ({ key, ...request }) => request,
      audition: server.audition,
      onChange: () => hooks.forEach((hook) => hook.sound?.()),
      onError: fail,
      onSwap: (detail) => announce("pocket:sound", detail),
    });
    const kits = studio.createKits(part, { store, boot, server, say, onChange: () => player.show() });
    const player = studio.createPlayer({
      store, boot, server, transport, soundOf: kits.soundOf, instance,
      onShow: () => {
        hooks.forEach((hook) => hook.show?.(instance));
        announce("pocket:picture", { version: instance.version });
      },
      onError: (line) => {
        failed = true;
        fail(line);
      },
      onAnswer: () => {
        if (failed) sayNothing();
        failed = false;
      },
    });
    const hitOf = (drum) => ({ drum, velocity: 0.8, ...kits.soundOf(store.state) });
    const shortcuts = studio.createShortcuts(root, {
      dialog: part("help"), list: part("shortcut-list"), single: part("single-keys"),
      openButton: part("open-help"),
    });
    return {
      part, root, boot, server, store, say, sayNothing, fail, instance, hooks, transport, kits, player, shortcuts,
      /** Hear one hit of a drum. */
      audition(drum) {
        if (boot.sound_notice) fail(boot.sound_notice);
        else transport.hit(hitOf(drum));
      },
      /** Fetch the sound of a drum, so that its first `audition` does not wait. */
      prepareAudition: (drum) => transport.prepareHit(hitOf(drum)),
    };
  }

  function bindPlaying({ part, boot, store, fail, instance, transport, player, shortcuts, hooks }) {
    const movePlayhead = createPlayhead(part, transport);
    const playIn = {}; // what Play does in views with a sound of their own

    function toggle() {
      if (boot.sound_notice) fail(boot.sound_notice);
      else if (playIn[store.state.view]) playIn[store.state.view]();
      else if (transport.playing) transport.stop();
      else if (instance.groove) transport.play(player.sketch());
    }

    part("play").addEventListener("click", toggle);
    part("play").disabled = Boolean(boot.sound_notice);
    shortcuts.add(["Space"], "Play or stop", (event) => event.repeat || toggle());
    hooks.push({
      sound() {
        part("play").setAttribute("aria-pressed", String(transport.playing));
        part("play-text").textContent = transport.playing ? "Stop" : "Play";
        movePlayhead();
      },
    });
    return playIn;
  }

  /** What only the page as a whole can do: tabs, the sketch, lanes, resizing. */
  function buildSheet(app) {
    const { part, boot, store, hooks } = app;
    const rows = studio.createRows(app);
    studio.buildHeader(part("count"));
    hooks.push(
      rows,
      studio.createGrid(part("grid"), { titles: boot.drum_titles, store, rows }),
      studio.createLane(part("velocity"), { lane: studio.VELOCITY_LANE, store, boot }),
      studio.createLane(part("timing"), { lane: studio.TIMING_LANE, store, boot }),
    );
    bindJumps(part);
  }

  function follow(app) {
    const { part, store, instance, hooks, player, kits } = app;
    const showTab = bindTabs(part, store);
    store.subscribe((state, previous, { remembers = false }) => {
      if (remembers) return; // nothing that is seen or heard
      // What was said of the state before may not be true any more; who changes it speaks after.
      const changed = studio.PROJECT_KEYS.some((key) => state[key] !== previous[key]);
      if (changed) app.sayNothing();
      kits.update(state, previous);
      hooks.forEach((hook) => hook.update?.(state, previous));
      if (state.view !== previous.view) {
        showTab(state);
        hooks.forEach((hook) => hook.open?.(state.view));
        if (instance.groove) hooks.forEach((hook) => hook.show?.(instance));
      }
      player.update(state, previous);
    });
    const redraw = () => instance.groove && hooks.forEach((hook) => hook.show?.(instance));
    new ResizeObserver(redraw).observe(part("sheet"));
    new MutationObserver(redraw).observe(document.body, { attributeFilter: ["class"] });
  }

  /**
   * Mount the editor on gradio's element; called once by the component's js_on_load.
   *
   * @returns the instance that tests and benchmarks look at, once the last session is back.
   */
  studio.mount = async function mount(element, boot, server) {
    const part = (name) => element.querySelector(`[data-ps="${name}"]`);
    const restored = await studio.restoreSession(server);
    const session = restored.project ? studio.stateOf(restored.project, boot) : {};
    const app = createApp(part, boot, server, {
      ...studio.initialState(boot), ...restored.room, ...session,
    });
    const { store, say, instance, hooks, player } = app;
    app.playIn = bindPlaying(app);
    app.history = bindHistory(part, app);
    buildSheet(app);
    hooks.push(...studio.features.map((create) => create(app)).filter(Boolean));
    follow(app);
    hooks.forEach((hook) => hook.update?.(store.state, null));
    releaseClickedButtons(app.root);
    showSources(part("sources"), boot);
    if (restored.linked) store.setState(studio.stateOf(restored.linked, boot));
    const notices = [boot.sound_notice, ...boot.notices, ...restored.notices];
    say(notices.filter(Boolean).join(" "), Boolean(boot.sound_notice));
    if (restored.error) say(restored.error, true);
    Object.assign(instance, {
      transport: app.transport, channel: player.channel, history: app.history, app,
    });
    player.channel.request();
    studio.instance = instance;
    return instance;
  };
})(window.PocketStudio);
