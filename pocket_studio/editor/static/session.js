// What outlives the page: the last session in the browser, links, and project files.
"use strict";

(function (studio) {
  const STORAGE_KEY = "pocket-studio/session/1";
  const LINK = "#groove=";
  const ROOM_KEYS = ["volume", "click"];
  const SAVE_DELAY_MS = 300;

  function readStorage() {
    try {
      return JSON.parse(localStorage.getItem(STORAGE_KEY));
    } catch {
      return null; // no storage, or not ours
    }
  }

  function writeStorage(session) {
    try {
      localStorage.setItem(STORAGE_KEY, JSON.stringify(session));
    } catch {
      // A full or forbidden storage costs the restored session and nothing else.
    }
  }

  /** The server checks whatever comes from outside; one place knows what a project is. */
  function openLink(server, text) {
    return studio.ask(server.open_share, { text });
  }

  function openText(server, content) {
    return studio.ask(server.open_project, { content });
  }

  /** The project to begin with: that of the link, else the last session's, else null. */
  async function restore(server) {
    const session = readStorage();
    const room = Object.fromEntries(
      ROOM_KEYS.filter((key) => session && typeof session[key] === (key === "click" ? "boolean" : "number"))
        .map((key) => [key, session[key]]),
    );
    if (location.hash.startsWith(LINK)) {
      const answer = await openLink(server, location.hash.slice(LINK.length));
      return { ...answer, room, from: "link" };
    }
    if (!session || !session.project) return { room };
    const answer = await openText(server, JSON.stringify(session.project));
    return answer.error ? { room } : { ...answer, room, from: "session" };
  }

  function keepSession(store, boot) {
    let timer = null;
    const save = () => {
      timer = null;
      const room = Object.fromEntries(ROOM_KEYS.map((key) => [key, store.state[key]]));
      writeStorage({ ...room, project: studio.projectOf(store.state, boot) });
    };
    store.subscribe(() => {
      if (timer === null) timer = setTimeout(save, SAVE_DELAY_MS);
    });
    addEventListener("pagehide", () => { if (timer !== null) save(); });
  }

  studio.feature((app) => {
    const { part, store, boot, server, say, shortcuts } = app;

    function open(answer, words) {
      if (answer.error) {
        say(answer.error, true);
        return;
      }
      store.setState({
        ...studio.stateOf(answer.project, boot), compare: null, layer: "microtiming",
      });
      say([words, ...answer.notices].join(" "));
    }

    async function openFile(file) {
      if (file.size > boot.limits.project_bytes) {
        say(`${file.name} is too large for a project`, true);
        return;
      }
      open(await openText(server, await file.text()), `Opened ${file.name}.`);
    }

    function save() {
      const text = JSON.stringify(studio.projectOf(store.state, boot), null, 1);
      const { genre, tempo } = store.state;
      const name = `pocket-${genre}-${Math.round(tempo)}bpm-${studio.activeTake(store.state).seed}`;
      studio.saveFile(text, "application/json", `${name}.pocket.json`);
      say(`Saved ${name}.pocket.json.`);
    }

    async function share() {
      const answer = await studio.ask(server.share, { project: studio.projectOf(store.state, boot) });
      if (answer.error) {
        say(answer.error, true);
        return;
      }
      history.replaceState(null, "", LINK + answer.text);
      const left = store.state.song.length || store.state.reference
        ? " The song and the reference are not part of a link: save the project for those." : "";
      try {
        await navigator.clipboard.writeText(location.href);
        say(`The link is copied.${left}`);
      } catch {
        say(`The link is in the address bar.${left}`);
      }
    }

    const input = part("project-file");
    part("open-project").addEventListener("click", () => input.click());
    input.addEventListener("change", () => {
      if (input.files.length) openFile(input.files[0]);
      input.value = "";
    });
    part("save-project").addEventListener("click", save);
    part("share").addEventListener("click", share);
    shortcuts.add(["ctrl+s"], "Save the project as a file", save);
    shortcuts.add(["ctrl+o"], "Open a project file", () => input.click());
    addEventListener("hashchange", async () => {
      if (!location.hash.startsWith(LINK)) return;
      open(await openLink(server, location.hash.slice(LINK.length)), "Opened the link.");
    });
    keepSession(store, boot);
    app.openProject = openFile;
  });

  Object.assign(studio, { restoreSession: restore });
})(window.PocketStudio);
