"""Choosing a preset: what it sets, what it says, and one step back."""

from .page_actions import act, groove, project, seed, settle, state, status


def presets(page):
    return page.get_by_role("combobox", name="Preset beat")


def groups(page):
    return presets(page).locator("optgroup").evaluate_all("all => all.map(({label}) => label)")


def test_a_preset_sets_what_it_says_and_undo_takes_all_of_it_back(page):
    first, first_groove = project(page), groove(page)
    act(page, lambda: presets(page).select_option("Boom bap"))
    chosen = page.evaluate(
        "PocketStudio.instance.boot.presets.hiphop.find(({name}) => name === 'Boom bap')"
    )
    after = project(page)
    changed = {key for key in after if after[key] != first[key]}
    assert changed == {"template", "genre", "tempo_bpm", "swing", "takes"}
    assert after["template"] == chosen["template"]
    assert (after["genre"], after["tempo_bpm"], after["swing"]) == ("hiphop", 90, 0.56)
    assert seed(page) == chosen["seed"]
    assert after["takes"][1:] == first["takes"][1:]
    said = f"Boom bap: genre Hip-hop, tempo 90, swing 56%, seed {chosen['seed']}."
    assert status(page) == f"{said} Undo takes all of it back."
    assert presets(page).input_value() == "Boom bap"
    page.keyboard.press("Control+z")
    settle(page)
    assert project(page) == first
    assert groove(page) == first_groove
    assert presets(page).input_value() == "Pocket"
    assert page.get_by_role("button", name="Undo").is_disabled()


def test_all_presets_are_offered_by_genre_those_of_the_present_one_first(page):
    assert groups(page)[:2] == ["Any", "Electronic"]
    page.locator('[data-ps="genre"]').select_option("jazz")
    assert groups(page) == ["Jazz", "Any", "Electronic", "Rock", "Funk", "Blues", "Hip-hop"]
    assert presets(page).locator("option").count() == 1 + page.evaluate(
        "Object.values(PocketStudio.instance.boot.presets).flat().length"
    )
    act(page, lambda: presets(page).select_option("Pocket"))
    assert state(page, "genre") == "any"


def test_a_locked_beat_keeps_its_codes(page):
    page.evaluate(
        """() => { const {store, codes} = PocketStudio.instance;
          const take = {...store.state.takes[0], codes: [3, ...Array(7).fill(null)]};
          store.setState({takes: store.state.takes.with(0, take), locked_beats: [0]}); }"""
    )
    settle(page)
    act(page, lambda: presets(page).select_option("Disco"))
    assert state(page, "takes")[0]["codes"] == [3] + 7 * [None]


def test_the_other_takes_forget_what_they_said_of_the_sketch_before(page):
    page.wait_for_function("PocketStudio.instance.store.state.takes.every(({kept}) => kept)")
    kept = page.evaluate(
        """() => { const {store, root} = PocketStudio.instance;
          const menu = root.querySelector('[data-ps="preset"]');
          menu.value = 'Samba';
          menu.dispatchEvent(new Event('change'));
          return store.state.takes.map(({kept}) => kept); }"""
    )
    assert [each and set(each) for each in kept] == [None, {None}, {None}, {None}]
    settle(page)
