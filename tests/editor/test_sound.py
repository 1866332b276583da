"""What is heard: the page's own output is captured, not assumed."""

import pytest

from .hearing import is_in_place, note_changes, place
from .page_actions import STEP_KICK_2, act, conditions, status, wait_for_condition

# A recorder between the transport and the speakers keeps every frame that is played.
RECORD = """() => {
  const {context, output} = PocketStudio.instance.transport;
  const recorder = context.createScriptProcessor(1024, 2, 1);
  window.captured = [];
  recorder.onaudioprocess = (event) => {
    captured.push(event.inputBuffer.getChannelData(0).slice());
  };
  output.connect(recorder).connect(context.destination);
}"""
LOUDEST = "captured.reduce((most, part) => Math.max(most, ...part.map(Math.abs)), 0)"
# A second and a half without a sound.
SILENT = """captured.length > 64 &&
  captured.slice(-64).every((part) => part.every((sample) => sample === 0))"""
SOUNDING = "PocketStudio.instance.transport.heardPhase !== null"


def play(page):
    page.locator("body").press("Space")
    page.wait_for_function(SOUNDING)


@pytest.fixture
def playing(page):
    play(page)
    page.evaluate(RECORD)
    return page


def test_space_plays_a_sound_that_is_heard_and_stops_it(playing):
    playing.wait_for_function(f"captured.length > 40 && {LOUDEST} > 0.02")
    assert playing.locator('[data-ps="play"]').get_attribute("aria-pressed") == "true"
    playing.locator("body").press("Space")
    assert playing.evaluate("PocketStudio.instance.transport.playing") is False
    playing.wait_for_timeout(250)
    playing.evaluate("captured.length = 0")
    playing.wait_for_function("captured.length > 8")
    assert playing.evaluate(LOUDEST) == 0


def test_an_edit_is_heard_in_its_place_without_a_stop(playing):
    note_changes(playing)
    before = place(playing)
    act(playing, playing.locator(STEP_KICK_2).click)
    playing.wait_for_function("changes.length > 0")
    assert is_in_place(playing, before, playing.evaluate("changes[0]"))
    assert playing.evaluate("PocketStudio.instance.transport.playing") is True


def test_a_tempo_change_keeps_the_musical_place(playing):
    note_changes(playing)
    before = place(playing)
    playing.get_by_label("Tempo, beats a minute").fill("180")
    playing.keyboard.press("Enter")
    playing.wait_for_function("changes.length > 0")
    changed = playing.evaluate("changes[0]")
    tempo = playing.evaluate("PocketStudio.instance.boot.project.tempo_bpm")
    expected = before[1] + (changed[0] - before[0]) * tempo / 15
    assert changed[1] == pytest.approx(expected, abs=1e-3)
    assert is_in_place(playing, changed, place(playing))
    assert playing.evaluate("PocketStudio.instance.transport.playing") is True


def test_the_playhead_moves_over_the_sheet(playing):
    place = "document.querySelector('[data-ps=playhead]').getBoundingClientRect().x"
    assert playing.locator('[data-ps="playhead"]').is_visible()
    first = playing.evaluate(place)
    playing.wait_for_timeout(300)
    assert playing.evaluate(place) != first


def test_a_drums_name_plays_it(page):
    page.evaluate(
        """() => { window.heard = []; PocketStudio.instance.root.addEventListener(
            'pocket:sound', (event) => heard.push(event.detail.drum)); }"""
    )
    page.get_by_role("button", name="Snare", exact=True).click()
    page.wait_for_function("heard.length === 1")
    assert page.evaluate("heard[0]") == "snare"


def test_a_code_plays_and_stops(page):
    page.get_by_role("tab", name="Codebook").click()
    button = page.get_by_role("button", name="Play code 5,")
    button.click()
    page.wait_for_function(SOUNDING)
    page.evaluate(RECORD)
    assert button.get_attribute("aria-pressed") == "true"
    assert page.evaluate("PocketStudio.instance.transport.sourceKey") == "code:5"
    button.click()
    assert page.evaluate("PocketStudio.instance.transport.playing") is False


def test_space_belongs_to_what_has_the_focus(page):
    playing = "PocketStudio.instance.transport.playing"
    page.get_by_label("Seed", exact=True).focus()
    page.keyboard.press("Space")
    assert page.evaluate(playing) is False
    page.locator('[data-ps="redo"], [data-ps="undo"], [data-ps="tap"]').first.focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "New take"
    act(page, lambda: page.keyboard.press("Space"))
    assert page.evaluate(playing) is False
    page.locator('[role=grid] [tabindex="0"]').focus()
    page.keyboard.press("Space")
    assert page.evaluate(playing) is True
    page.keyboard.press("Space")
    assert page.evaluate(playing) is False


def test_a_code_that_plays_follows_the_tempo(page):
    page.get_by_role("tab", name="Codebook").click()
    page.get_by_role("button", name="Play code 5,").click()
    page.wait_for_function(SOUNDING)
    page.get_by_label("Tempo, beats a minute").fill("200")
    page.keyboard.press("Enter")
    page.wait_for_function("PocketStudio.instance.transport.source.groove.tempo_bpm === 200")
    assert page.evaluate("PocketStudio.instance.transport.sourceKey") == "code:5"


def test_without_fluidsynth_all_but_sound_works_and_the_page_says_how_to_get_it(
    silent_app_url, open_page
):
    page = open_page(url=silent_app_url)
    assert page.locator('[data-ps="play"]').is_disabled()
    act(page, page.locator(STEP_KICK_2).click)
    (line,) = conditions(page)
    assert "FluidSynth is not installed; run: " in line
    page.locator("body").press("Space")
    assert page.evaluate("PocketStudio.instance.transport.playing") is False
    page.get_by_role("tab", name="Codebook").click()
    page.locator(".ps-tile").nth(63).wait_for()
    assert page.get_by_role("button", name="Play code 5,").is_disabled()


RUNNING = "PocketStudio.instance.transport.context.state === 'running'"


def test_sound_that_the_browser_pauses_goes_on_by_itself(playing):
    states = """() => { const {context} = PocketStudio.instance.transport; window.states = [];
        context.addEventListener('statechange', () => states.push(context.state)); }"""
    playing.evaluate(states)
    playing.evaluate("PocketStudio.instance.transport.context.suspend()")
    playing.wait_for_function("states.includes('suspended') && states.at(-1) === 'running'")
    playing.evaluate("captured.length = 0")
    playing.wait_for_function(f"captured.length > 40 && {LOUDEST} > 0.02")
    assert status(playing) == ""


def test_sound_that_may_not_go_on_is_said_and_goes_on_with_a_click(playing):
    # As a browser that waits for the user: a resume that never comes.
    playing.evaluate(
        """() => { const {context} = PocketStudio.instance.transport;
            context.resume = () => new Promise(() => {}); context.suspend(); }"""
    )
    wait_for_condition(playing, "paused")
    assert "The browser has paused the sound" in conditions(playing)[0]
    playing.evaluate("delete PocketStudio.instance.transport.context.resume")
    playing.get_by_role("button", name="Resume sound").click()
    playing.wait_for_function(RUNNING)
    playing.wait_for_function("!document.querySelector('.ps-condition')")
    assert playing.evaluate("PocketStudio.instance.transport.playing") is True


def test_a_context_that_is_paused_while_nothing_plays_is_left_alone(playing):
    playing.locator("body").press("Space")
    playing.evaluate("PocketStudio.instance.transport.context.suspend()")
    playing.wait_for_timeout(1500)
    assert not playing.evaluate(RUNNING)
    assert status(playing) == ""
    play(playing)
    playing.wait_for_function(RUNNING)


# `fetched` are the sounds that the page asks for from now on, each as often as it asks.
NOTE_SOUNDS = """() => { window.fetched = []; const real = fetch; window.fetch = (...asked) => {
  if (String(asked[0]).endsWith('.wav')) fetched.push(new URL(asked[0]).pathname.slice(1));
  return real(...asked); }; }"""
KIT_SOUNDS = """async () => {
  const {app} = PocketStudio.instance;
  const {soundfont, kit} = app.player.mix();
  const {base, voices} = await app.server.kit({soundfont, kit});
  const addresses = ({pitch, sounds}) => sounds.map((one) => `${base}/${pitch}-${one}.wav`);
  return [...new Set(Object.values(voices).flatMap(addresses))].sort();
}"""


def test_a_kit_comes_whole_when_somebody_is_there_and_a_new_one_while_it_plays(page):
    page.evaluate(NOTE_SOUNDS)
    kit = page.evaluate(KIT_SOUNDS)
    assert page.evaluate("fetched") == [], "nobody is there"
    page.mouse.move(300, 300)
    page.wait_for_function(f"fetched.length >= {len(kit)}")
    play(page)
    assert sorted(page.evaluate("fetched")) == kit, "each once, and Play waits for none"
    page.evaluate("fetched.length = 0")
    page.locator('[data-ps="kit"]').select_option(index=2)
    other = page.evaluate(KIT_SOUNDS)
    assert not set(other) & set(kit)
    page.wait_for_function(f"fetched.length >= {len(other)}")
    act(page, lambda: page.keyboard.press("n"))
    page.wait_for_function("!PocketStudio.instance.transport.busy")
    assert sorted(page.evaluate("fetched")) == other
