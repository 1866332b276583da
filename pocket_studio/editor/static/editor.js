// Puts the parts together: one state in the middle, the server on one side, the page on the other.
"use strict";

(function (studio) {
  /** What a change of the state asks the model again for. The tempo is not among it: it only
   * stretches the groove that is there. */
  const GENERATING = ["template", "velocity", "timing", "genre", "reference", "temperature", "seed"];

  const differs = (keys, state, previous) => keys.some((key) => state[key] !== previous[key]);

  function initialState(boot) {
    const preset = boot.presets.any[0];
    const auto = studio.AUTO.repeat(studio.STEPS);
    return {
      template: studio.templateFromRows(preset.template, boot.drums),
      velocity: auto, timing: auto, genre: "any", preset: preset.name,
      tempo: preset.tempo_bpm, temperature: boot.defaults.temperature, seed: boot.defaults.seed,
      kit: null, reference: null, codes: null, view: "studio",
    };
  }

  function grooveRequest(state, boot) {
    return {
      template: studio.templateToRows(state.template, boot.drums),
      genre: state.genre,
      velocity_pattern: state.velocity,
      microtiming_pattern: state.timing,
      codes: state.codes,
      reference: state.reference && state.reference.groove,
      temperature: state.temperature,
      seed: state.seed,
      tempo_bpm: state.tempo,
    };
  }

  /** One line for the reader of the page; an error stays until something works again. */
  function createStatus(node) {
    return (line, isError = false) => {
      node.textContent = line;
      node.classList.toggle("ps-error", isError && line !== "");
    };
  }

  function showSources(node, boot) {
    const sound = boot.soundfont ? `Sound: ${boot.soundfont}` : "Sound: none";
    node.textContent = `${sound} · Model: ${boot.checkpoint}`;
    node.title = boot.sound_notice || node.textContent;
  }

  /** Space plays and stops, unless the key belongs to what has the focus. */
  function bindSpace(root, toggle) {
    document.addEventListener("keydown", (event) => {
      if (event.key !== " " || event.ctrlKey || event.altKey || event.metaKey) return;
      if (!root.isConnected || event.defaultPrevented) return;
      const focus = event.target instanceof Element ? event.target : document.body;
      const typing = "input:not([type=range]), textarea, [contenteditable=true]";
      if (focus.matches(typing)) return;
      // A button or menu reached by keyboard keeps its Space; one that was clicked does not.
      if (focus.matches("button, select, summary, a") && focus.matches(":focus-visible")) return;
      if (focus.matches("button, select")) focus.blur();
      event.preventDefault();
      if (!event.repeat) toggle();
    });
  }

  function bindTabs(part, store) {
    const names = ["studio", "codebook", "listening"];
    names.forEach((name, index) => {
      const tab = part(`tab-${name}`);
      tab.addEventListener("click", () => store.setState({ view: name }));
      tab.addEventListener("keydown", (event) => {
        if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
        event.preventDefault();
        const way = event.key === "ArrowRight" ? 1 : -1;
        const other = names[(index + way + names.length) % names.length];
        store.setState({ view: other });
        part(`tab-${other}`).focus();
      });
    });
    return (state) => {
      part("root").dataset.view = state.view;
      for (const name of names) {
        const chosen = state.view === name;
        part(`view-${name}`).hidden = !chosen;
        part(`tab-${name}`).setAttribute("aria-selected", String(chosen));
        part(`tab-${name}`).tabIndex = chosen ? 0 : -1;
      }
    };
  }

  function buildResultNames(part, boot) {
    const names = [...boot.drum_titles].reverse();
    part("result-names").append(...names.map((text) => studio.element("span", { text })));
    studio.buildHeader(part("count"));
    for (let beat = 0; beat < 8; beat += 1) {
      const title = `The code that plays beat ${(beat % 4) + 1} of bar ${beat < 4 ? 1 : 2}`;
      part("codes").append(studio.element("span", { title }));
    }
  }

  /** The picture of the result: heatmap, its description, the counts and the codes. */
  function createPicture(part, { boot, store, instance }) {
    return function draw() {
      const { groove, codes } = instance;
      if (!groove || store.state.view !== "studio") return;
      const { template } = store.state;
      const comparison = studio.drawGroove(part("heatmap"), groove, { drums: boot.drums, template });
      const words = studio.describeGroove(groove, comparison);
      part("heatmap").setAttribute("aria-label", `Groove: ${words}`);
      part("counts").textContent = words;
      [...part("codes").children].forEach((node, beat) => {
        node.textContent = codes ? `code ${codes[beat]}` : "";
      });
    };
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

  /**
   * Mount the editor on gradio's element; called once by the component's js_on_load.
   *
   * @returns the instance that tests and benchmarks look at.
   */
  studio.mount = function mount(element, boot, server) {
    const part = (name) => element.querySelector(`[data-ps="${name}"]`);
    const root = part("root");
    const store = studio.createStore(initialState(boot));
    const say = createStatus(part("status"));
    const instance = { store, root, groove: null, codes: null, version: 0 };
    const announce = (name, detail) => root.dispatchEvent(new CustomEvent(name, { detail }));
    const kit = () => store.state.kit ?? boot.genre_kits[store.state.genre];
    const sketch = () => ({ key: "sketch", groove: instance.groove, kit: kit() });
    const draw = createPicture(part, { boot, store, instance });

    const transport = studio.createTransport({
      render: server.render,
      requestOf: ({ groove, kit: program }) => ({ groove, kit: program }),
      audition: server.audition,
      onChange: () => showTransport(),
      onError: (line) => say(line, true),
      onSwap: (detail) => announce("pocket:sound", detail),
    });
    const movePlayhead = createPlayhead(part, transport);
    const codebook = studio.createCodebook(
      {
        list: part("tiles"), genreSelect: part("codebook-genre"),
        sortSelect: part("codebook-sort"), note: part("codebook-note"),
      },
      { boot, server, store, transport, kit, onError: (line) => say(line, true) },
    );

    const listening = studio.createListening(part, {
      server, onError: (line) => say(line, true), onSuccess: () => recovered(),
    });

    /** An error has been got over; that there is no sound stays true. */
    function recovered() {
      if (part("status").classList.contains("ps-error")) say(boot.sound_notice || "", true);
    }

    function showTransport() {
      part("play").setAttribute("aria-pressed", String(transport.playing));
      part("play-text").textContent = transport.playing ? "Stop" : "Play";
      codebook.update();
      movePlayhead();
    }

    function setGroove(groove, codes) {
      Object.assign(instance, { groove, codes, version: instance.version + 1 });
      draw();
      transport.replace(sketch());
      announce("pocket:picture", { version: instance.version });
    }

    const channel = studio.createChannel({
      send: server.groove,
      makeRequest: () => grooveRequest(store.state, boot),
      onAnswer: (answer) => {
        recovered();
        // The tempo may have moved on meanwhile; it changes nothing else.
        setGroove({ ...answer.groove, tempo_bpm: store.state.tempo }, answer.codes);
      },
      onError: (line) => say(line, true),
    });

    function toggle() {
      if (boot.sound_notice) say(boot.sound_notice, true);
      else if (store.state.view === "listening") listening.toggle();
      else if (transport.playing) transport.stop();
      else if (instance.groove) transport.play(sketch());
    }

    function audition(drum) {
      if (boot.sound_notice) say(boot.sound_notice, true);
      else transport.hit({ drum: boot.drums[drum], kit: kit() });
    }

    buildResultNames(part, boot);
    const views = [
      studio.createGrid(part("grid"), { titles: boot.drum_titles, store, audition }),
      studio.createLane(part("velocity"), { lane: studio.VELOCITY_LANE, store }),
      studio.createLane(part("timing"), { lane: studio.TIMING_LANE, store }),
      studio.createControls(part, { store, boot }),
    ];
    studio.fillGenres(part("codebook-genre"), boot);
    const showTab = bindTabs(part, store);
    studio.bindReference(part, { store, server, limits: boot.limits, say });
    studio.bindDownloads(part, {
      server,
      say,
      request: () => instance.groove && {
        groove: instance.groove,
        template: studio.templateToRows(store.state.template, boot.drums),
        kit: kit(),
        genre: store.state.genre,
      },
    });
    part("play").addEventListener("click", toggle);
    part("play").disabled = Boolean(boot.sound_notice);
    bindSpace(root, toggle);
    root.addEventListener("click", (event) => {
      // A button that was clicked gives up the focus, so that Space goes on to play and stop.
      const button = event.detail > 0 ? event.target.closest("button") : null;
      if (button && button.getAttribute("role") !== "tab") button.blur();
    });
    for (const bar of [0, 1]) {
      part(`jump-${bar}`).addEventListener("click", () => {
        const left = bar * (part("count").clientWidth / 2);
        part("scroller").scrollTo({ left, behavior: "smooth" });
      });
    }
    showSources(part("sources"), boot);
    if (boot.sound_notice) say(boot.sound_notice, true);
    else say(boot.notices.join(" "));

    store.subscribe((state, previous) => {
      views.forEach((view) => view.update(state, previous));
      if (state.view !== previous.view) {
        showTab(state);
        if (state.view === "studio") draw();
        if (state.view === "listening") {
          transport.stop();
          listening.open();
        } else listening.stop();
      }
      if (state.view === "codebook") codebook.open();
      if (differs(GENERATING, state, previous)) channel.request();
      if (state.tempo !== previous.tempo && instance.groove) {
        setGroove({ ...instance.groove, tempo_bpm: state.tempo }, instance.codes);
      } else if (kit() !== (previous.kit ?? boot.genre_kits[previous.genre])) {
        transport.replace(sketch());
      }
      codebook.follow();
    });

    const redraw = () => {
      draw();
      if (store.state.view === "codebook") codebook.draw();
    };
    new ResizeObserver(redraw).observe(part("sheet"));
    new MutationObserver(redraw).observe(document.body, { attributeFilter: ["class"] });
    channel.request();
    Object.assign(instance, { transport, channel, listening, boot });
    studio.instance = instance;
    return instance;
  };
})(window.PocketStudio);
