// Files in and out: a reference MIDI by button or drop, and downloads made from the server's bytes.
"use strict";

(function (studio) {
  /** Hand `bytes` to the browser as a download. */
  function saveFile(bytes, mime, filename) {
    const url = URL.createObjectURL(new Blob([bytes], { type: mime }));
    const link = studio.element("a", { href: url, download: filename });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(url), 10000);
  }

  function bindReference({ part, store, boot: { limits }, server, say }) {
    async function read(file) {
      if (file.size > limits.midi_bytes) {
        say(`${file.name} is too large: a MIDI file may have ${limits.midi_bytes >> 10} KB`, true);
        return;
      }
      const content = studio.base64FromBytes(new Uint8Array(await file.arrayBuffer()));
      const answer = await studio.ask(server.read_midi, { name: file.name, content });
      if (answer.error) {
        say(answer.error, true);
        return;
      }
      store.setState({ reference: { name: file.name, groove: answer.groove } });
      say([`Feel taken from ${file.name}.`, ...answer.notices].join(" "));
    }

    const input = part("reference-file");
    part("reference-button").addEventListener("click", () => input.click());
    input.addEventListener("change", () => {
      if (input.files.length) read(input.files[0]);
      input.value = "";
    });
    part("reference-remove").addEventListener("click", () => {
      store.setState({ reference: null });
      part("reference-button").focus();
    });

    const root = part("root");
    const isFile = (event) => event.dataTransfer && event.dataTransfer.types.includes("Files");
    window.addEventListener("dragover", (event) => {
      if (!isFile(event) || !root.isConnected) return;
      event.preventDefault();
      root.classList.add("ps-dropping");
    });
    window.addEventListener("dragleave", (event) => {
      if (!event.relatedTarget) root.classList.remove("ps-dropping");
    });
    window.addEventListener("drop", (event) => {
      if (!isFile(event) || !root.isConnected) return;
      event.preventDefault();
      root.classList.remove("ps-dropping");
      if (event.dataTransfer.files.length) read(event.dataTransfer.files[0]);
    });
  }

  function bindDownloads({ part, boot, store, server, player, instance, say }) {
    for (const kind of ["midi", "wav", "png", "svg"]) {
      const button = part(`export-${kind}`);
      button.addEventListener("click", async () => {
        const { groove } = instance;
        if (!groove) return;
        const { state } = store;
        const template = studio.templateToRows(state.template, boot.drums);
        const present = { groove, template, genre: state.genre, ...player.mix() };
        button.disabled = true;
        const answer = await studio.ask(server.export, { kind, ...present });
        button.disabled = false;
        if (answer.error) {
          say(answer.error, true);
          return;
        }
        saveFile(studio.bytesFromBase64(answer.content), answer.mime, answer.filename);
        say(`Saved ${answer.filename}.`);
      });
    }
  }

  studio.feature((app) => {
    bindReference(app);
    bindDownloads(app);
    return {
      update({ reference }) {
        app.part("reference").hidden = reference === null;
        app.part("reference-name").textContent = reference ? reference.name : "";
      },
    };
  });

  Object.assign(studio, { saveFile });
})(window.PocketStudio);
