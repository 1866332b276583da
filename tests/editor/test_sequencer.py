"""The page's own sequencer plays what FluidSynth renders: the same hits, as loud, ended alike."""

import numpy as np
import pytest

from pocket_studio.music.groove import Section
from pocket_studio.schema.groove_json import parse_groove

from .hearing import heard
from .page_actions import settle
from .test_song import song_of_two
from .test_sound import LOUDEST, RECORD, play


def decibels(one, other):
    return 20 * np.log10(np.linalg.norm(one) / np.linalg.norm(other))


def source(page):
    return page.evaluate("PocketStudio.instance.transport.source")


@pytest.mark.parametrize("genre", ["any", "funk", "jazz", "hiphop", "electronic"])
def test_a_loop_sounds_as_its_file(page, renderer, genre):
    page.evaluate(
        "(genre) => PocketStudio.instance.store.setState({genre, swing: 0.6, tempo_bpm: 100})",
        genre,
    )
    settle(page)
    play(page)
    playing = source(page)
    groove, kit = parse_groove(playing["groove"]), playing["kit"]
    assert kit == renderer.kit_of_genre(genre)
    expected = renderer.render_loop(groove, kit) / np.float32(32767)
    for channel in (0, 1):
        page_loop = heard(page, on_blocks=True, channel=channel)
        assert len(page_loop) == len(expected)
        assert decibels(page_loop, expected[:, channel]) == pytest.approx(0, abs=0.5)
        # Blocks in which FluidSynth fades in from the voice before make the most of it.
        assert decibels(page_loop - expected[:, channel], expected[:, channel]) < -25


@pytest.mark.parametrize("velocity", [12, 20, 40, 64, 90, 110, 127])
def test_each_hit_is_as_loud_as_its_file(page, renderer, velocity):
    """One hit of each drum at a time, so that nothing is hidden behind another."""
    play(page)
    for drum in page.evaluate("PocketStudio.instance.boot.drums"):
        hit = {"step": 4, "drum": drum, "velocity": velocity / 127, "microtiming": 0.3}
        groove = {"tempo_bpm": 120, "swing": 0.5, "hits": [hit]}
        page.evaluate(
            "(groove) => { const {source} = PocketStudio.instance.transport;"
            " Object.assign(source, {groove}); }",
            groove,
        )
        expected = renderer.render_loop(parse_groove(groove), source(page)["kit"])[:, 0] / 32767
        page_loop = heard(page, on_blocks=True)
        start = int(4.15 * 44100 * 60 / 120 / 4) - 64
        onset = slice(start, start + 4410)
        # A file has steps of one part in 32767, which is what is left of the softest.
        clear = np.abs(expected).max() > 100 / 32767
        difference = decibels(page_loop[onset], expected[onset])
        assert difference == pytest.approx(0, abs=1), drum
        first = [
            int(np.argmax(np.abs(line) > np.abs(line).max() / 3)) for line in (page_loop, expected)
        ]
        assert not clear or abs(first[0] - first[1]) <= 44, f"{drum}: within 1 ms"


def test_without_blocks_hits_are_within_a_millisecond_of_the_file(page):
    play(page)
    on, off = heard(page, on_blocks=True), heard(page)
    shift = np.fft.irfft(np.fft.rfft(off) * np.conj(np.fft.rfft(on)), len(on))
    best = int(np.argmax(shift))
    assert min(best, len(on) - best) <= 32


def test_one_hat_ends_the_other_where_the_file_does(page, renderer):
    play(page)
    hits = [
        {"step": 0, "drum": "open_hat", "velocity": 1, "microtiming": 0},
        {"step": 6, "drum": "closed_hat", "velocity": 0.02, "microtiming": 0},
    ]
    groove = {"tempo_bpm": 120, "swing": 0.5, "hits": hits}
    page.evaluate(
        "(groove) => Object.assign(PocketStudio.instance.transport.source, {groove})", groove
    )
    expected = renderer.render_loop(parse_groove(groove), source(page)["kit"])[:, 0] / 32767
    page_loop = heard(page, on_blocks=True)
    step = 44100 // 8
    for part in range(12):
        window = slice(part * step, (part + 1) * step)
        if np.abs(expected[window]).max() > 30 / 32767:
            assert decibels(page_loop[window], expected[window]) == pytest.approx(0, abs=1), part


def test_a_song_sounds_as_its_file(page, renderer):
    song_of_two(page)
    page.keyboard.press("Space")
    page.get_by_text("Playing 1 of 1").wait_for()
    playing = source(page)
    sections = [Section(parse_groove(one["groove"]), one["repeats"]) for one in playing["sections"]]
    file = renderer.render_song(sections, playing["kit"])[:, 0] / 32767
    page_song = heard(page, on_blocks=True)
    lead = (
        round(0.5 * 44100 * 60 / 240 / 4)
        if any((section.groove.microtiming[0] < 0).any() for section in sections[:1])
        else 0
    )
    expected = file[lead : lead + len(page_song)]
    assert decibels(page_song, expected) == pytest.approx(0, abs=0.5)


def test_a_song_begins_with_its_early_hit_and_ends_with_its_tails(page):
    song_of_two(page)
    early = {"step": 0, "drum": "kick", "velocity": 1, "microtiming": -0.8}
    last = {"step": 31, "drum": "crash", "velocity": 1, "microtiming": 0}
    page.evaluate(
        """(hits) => {
          const {store} = PocketStudio.instance;
          const [section] = store.state.song;
          store.setState({song: [{...section, repeats: 1, groove: {...section.groove, hits}}]});
        }""",
        [early, last],
    )
    page.evaluate("PocketStudio.instance.transport.open()")
    page.evaluate(RECORD)
    page.keyboard.press("Space")
    page.wait_for_function("PocketStudio.instance.transport.heardPosition > 8")
    assert page.evaluate(LOUDEST) > 0.05, "the early hit was heard"
    page.wait_for_function("!PocketStudio.instance.transport.playing")
    page.evaluate("captured.length = 0")
    page.wait_for_function("captured.length > 20")
    assert page.evaluate(LOUDEST) > 0.01, "the crash rings on"
