// Which soundfont and which of its drum kits play; one dropped into the folder appears here.

import { fillSelect } from "../core/fields.js";
import { ask } from "../core/server.js";

/**
 * Bind the two menus.
 *
 * Returns {soundOf, update}: `soundOf(state)` is the soundfont and program that sound: what was
 *   chosen, or what fits the genre.
 */
export function createKits(part, { store, boot, server, say, onChange }) {
  let fonts = boot.soundfonts;

  const hasKit = (font, program) => font.kits.some((kit) => kit.program === program);
  const fontOf = (name) => fonts.find((font) => font.name === name) || fonts[0];

  function fill(state) {
    const chosen = state.kit;
    const font = fontOf(chosen && chosen.soundfont);
    if (!font) return;
    const fitting = font.kits.find(({ program }) => program === font.genre_kits[state.genre]);
    fillSelect(part("kit"), [
      { value: "", text: `Fitting: ${fitting ? fitting.name : "Standard"}` },
      ...font.kits.map(({ program, name }) => ({ value: String(program), text: name })),
    ]);
    part("kit").value = chosen && hasKit(font, chosen.program) ? String(chosen.program) : "";
    fillSelect(
      part("soundfont"),
      fonts.map(({ name }) => ({ value: name, text: name })),
    );
    part("soundfont").value = font.name;
  }

  /** Ask what there is, so that a dropped file appears without a restart. */
  async function refresh() {
    const answer = await ask(server.sounds, {});
    if (answer.error) return;
    fonts = answer.soundfonts;
    fill(store.state);
    onChange();
    if (answer.notices.length) say(answer.notices.join(" "));
  }

  function choose(soundfont, program) {
    const byDefault = program === null && soundfont === fonts[0].name;
    store.setState({ kit: byDefault ? null : { soundfont, program } });
  }

  part("kit").addEventListener("change", () => {
    const { value } = part("kit");
    choose(part("soundfont").value, value === "" ? null : Number(value));
  });
  part("soundfont").addEventListener("change", () => choose(part("soundfont").value, null));
  part("soundfont").addEventListener("focus", refresh);

  /** A project may name a soundfont that was added after this page was made. */
  function follow(state) {
    fill(state);
    const wanted = state.kit && state.kit.soundfont;
    if (wanted && fontOf(wanted)?.name !== wanted) refresh();
  }

  follow(store.state);

  return {
    soundOf(state) {
      const { soundfont, program } = state.kit || { soundfont: null, program: null };
      const font = fontOf(soundfont);
      if (!font) return { soundfont: null, kit: 0 };
      const kit = hasKit(font, program) ? program : font.genre_kits[state.genre];
      return { soundfont: font.name, kit };
    },
    update(state, previous) {
      if (state.genre !== previous.genre || state.kit !== previous.kit) follow(state);
    },
  };
}
