"""Tempo, swing, amounts, metronome and volume: at once, without the model, seen and heard."""

import json

import numpy as np
import pytest

from pocket_studio.midi import read_track

from .file_actions import download
from .hearing import note_changes
from .page_actions import act, groove, n_asked, settle, state
from .test_sound import LOUDEST, RECORD, play

# The loop that plays in one channel, at a tenth of the rate: its loudest of each hundredth second.
ENVELOPE = """hearLoop().then((line) => {
  const parts = [];
  for (let start = 0; start + 441 <= line.length; start += 441)
    parts.push(line.subarray(start, start + 441).reduce((x, y) => Math.max(x, Math.abs(y)), 0));
  return parts;
})"""


def set_slider(page, part, value):
    """Set a slider as a hand would leave it: input, then change."""
    page.locator(f'[data-ps="{part}"]').evaluate(
        """(input, value) => {
          input.value = value;
          for (const kind of ['input', 'change'])
            input.dispatchEvent(new Event(kind, {bubbles: true}));
        }""",
        str(value),
    )


def heard_again(page, action):
    """Do something and wait for the new loop; return its envelope, 100 values a second."""
    note_changes(page)
    action()
    page.wait_for_function("changes.length > 0")
    settle(page)
    return np.array(page.evaluate(ENVELOPE))


def by_place(page):
    return {(hit["step"], hit["drum"]): hit for hit in groove(page)["hits"]}


def test_swing_delays_every_second_sixteenth_in_picture_and_sound(page):
    page.evaluate(
        """() => PocketStudio.instance.store.setState({microtiming_amount: 0, velocity_amount: 0,
            template: ['', '', 'x'.repeat(32), '', '', '', ''].map((x) => x.padEnd(32, '.'))})"""
    )
    settle(page)
    play(page)
    settle(page)
    asked = n_asked(page)
    straight = np.array(page.evaluate(ENVELOPE))
    swung = heard_again(page, lambda: set_slider(page, "swing", 66))
    assert groove(page)["swing"] == pytest.approx(0.66)
    assert n_asked(page) == asked
    assert len(swung) == len(straight), "swing does not change the length"
    places = page.evaluate(
        """async () => {
          const {positionOf} = await web('core/shaping.js');
          return PocketStudio.instance.groove.hits.map((hit) => [hit.step, positionOf(hit, 0.66)]);
        }"""
    )
    assert all(place == pytest.approx(step + (0.32 if step % 2 else 0)) for step, place in places)
    per_step = len(swung) / 32
    for step in range(1, 32, 2):
        hit = round((step + 0.32) * per_step)
        assert swung[hit : hit + 3].max() > 2 * swung[hit - 4 : hit - 1].max(), step


def test_amounts_scale_loudness_and_timing_without_the_model(page):
    asked = n_asked(page)
    full = by_place(page)
    set_slider(page, "velocity_amount", 0)
    set_slider(page, "microtiming_amount", 0)
    flat = by_place(page)
    assert flat.keys() == full.keys()
    assert {round(hit["velocity"] * 127) for hit in flat.values()} == {100}
    assert {hit["microtiming"] for hit in flat.values()} == {0}
    set_slider(page, "microtiming_amount", 130)
    for place, hit in by_place(page).items():
        expected = max(-1, min(1, 1.3 * full[place]["microtiming"]))
        assert hit["microtiming"] == pytest.approx(expected)
    assert n_asked(page) == asked


def test_the_tempo_keeps_three_decimals_from_the_field_to_the_files(page):
    field = page.get_by_label("Tempo, beats a minute")
    act(page, lambda: (field.fill("223.4567"), page.keyboard.press("Enter")))
    assert state(page, "tempo_bpm") == groove(page)["tempo_bpm"] == 223.457
    assert field.input_value() == "223.457"
    assert field.evaluate("(field) => field.scrollWidth <= field.clientWidth")
    assert json.loads(download(page, "save-project")[0])["tempo_bpm"] == 223.457
    assert read_track(download(page, "export-midi")[0]).tempo_bpm == 223.457


def test_tempo_is_tapped(page):
    page.evaluate(
        """() => { window.taps = []; document.querySelector('[data-ps=tap]').addEventListener(
            'pointerdown', (event) => taps.push(event.timeStamp)); }"""
    )
    tap = page.get_by_role("button", name="Tap", exact=True)
    for _ in range(5):
        tap.click()
        page.wait_for_timeout(400)
    tapped = page.evaluate("60000 * 4 / (taps[4] - taps[0])")
    assert state(page, "tempo_bpm") == pytest.approx(tapped, rel=0.03)
    page.wait_for_timeout(150)  # another pace
    page.keyboard.press("t")
    assert state(page, "tempo_bpm") != pytest.approx(tapped, rel=1e-3)


def test_the_metronome_sounds_on_every_beat_of_an_empty_sketch(page):
    page.evaluate(
        """() => PocketStudio.instance.store.setState({
            muted: PocketStudio.instance.boot.drums, tempo_bpm: 120})"""
    )
    settle(page)
    play(page)
    settle(page)
    assert np.array(page.evaluate(ENVELOPE)).max() == 0, "all rows are muted"
    asked = n_asked(page)
    click = heard_again(page, page.get_by_role("button", name="Click").click)
    beats = click[::50][:8]
    assert len(click) == 400
    assert (np.maximum.reduceat(click, np.arange(0, 400, 50)) > 0.02).all(), beats
    assert (click[25::50] < np.maximum.reduceat(click, np.arange(0, 400, 50)) / 4).all()
    assert n_asked(page) == asked


def test_the_volume_is_heard_at_once_and_asks_nobody(page):
    play(page)
    page.evaluate(RECORD)
    page.wait_for_function(f"captured.length > 40 && {LOUDEST} > 0.02")
    requests = []
    page.on("request", lambda request: requests.append(request.url))
    set_slider(page, "volume", 0)
    page.wait_for_timeout(300)
    page.evaluate("captured.length = 0")
    page.wait_for_function("captured.length > 20")
    assert page.evaluate(LOUDEST) < 1e-3
    assert requests == []


def test_a_kit_of_its_own_is_heard_without_the_model(page):
    play(page)
    settle(page)
    asked = n_asked(page)
    before = np.array(page.evaluate(ENVELOPE))
    kits = page.locator('[data-ps="kit"] option').all_inner_texts()
    assert len(kits) > 5, "all kits of the soundfont"
    other = heard_again(page, lambda: page.locator('[data-ps="kit"]').select_option(label="TR-808"))
    assert np.abs(other - before).max() > 0.02
    assert n_asked(page) == asked
    fonts = page.locator('[data-ps="soundfont"] option').all_inner_texts()
    assert len(fonts) > 1, "pretty_midi's TimGM6mb beside FluidR3"
    heard_again(page, lambda: page.locator('[data-ps="soundfont"]').select_option(fonts[1]))
    assert state(page, "kit")["soundfont"] == fonts[1]


def test_the_groove_of_the_picture_is_what_plays(page):
    """Whatever is set, what plays is the shaped groove that is shown."""
    set_slider(page, "swing", 60)
    set_slider(page, "velocity_amount", 50)
    act(page, lambda: set_slider(page, "microtiming_amount", 80))
    play(page)
    assert page.evaluate("PocketStudio.instance.transport.source.groove") == groove(page)
