"""Levels, stems, the click and songs, by what is heard."""

import numpy as np
import pytest

from pocket_studio.errors import InvalidGrooveError, InvalidRequestError
from pocket_studio.music.grid import loop_seconds
from pocket_studio.music.groove import Section
from pocket_studio.music.kit import (
    CLOSED_HAT,
    CRASH,
    DRUMS,
    KICK,
    METRONOME_BELL,
    METRONOME_CLICK,
    N_DRUMS,
    OPEN_HAT,
    RIDE,
    SNARE,
    TOM,
)
from pocket_studio.sound import SAMPLE_RATE
from pocket_studio.sound.synth import Synth

STEP_FRAMES = round(SAMPLE_RATE / 8)  # at 120 bpm
BUSY = [
    *[(step, CLOSED_HAT, 0.7, 0.0) for step in range(0, 28, 2)],
    *[(step, KICK, 0.9, 0.1) for step in (0, 7, 10, 16, 23)],
    *[(step, SNARE, 0.8, 0.2) for step in (4, 12, 20, 28)],
    (30, OPEN_HAT, 0.9, 0.0),
    (31, CRASH, 0.8, -0.3),
]


def rms(pcm):
    return float(np.sqrt(np.square(pcm.astype(float)).mean()))


def mix_of(**levels):
    mix = [1.0] * N_DRUMS
    for drum, level in levels.items():
        mix[DRUMS.index(drum)] = level
    return tuple(mix)


def alone(drum):
    return tuple(float(name == drum) for name in DRUMS)


@pytest.mark.parametrize("level", [1.0, 0.5, 0.1])
def test_a_level_scales_the_sound(renderer, make_groove, level):
    groove = make_groove((0, TOM, 1.0, 0.0), (16, TOM, 0.6, 0.0))
    full, quiet = (renderer.render_loop(groove, 0, mix_of(tom=share)) for share in (1.0, level))
    assert rms(quiet) == pytest.approx(level * rms(full), rel=0.01)


def test_a_drum_at_level_0_is_silent(renderer, make_groove):
    groove = make_groove(*BUSY)
    assert not renderer.render_loop(groove, 0, (0.0,) * N_DRUMS).any()
    with_muted = renderer.render_loop(
        make_groove((4, SNARE, 1.0, 0.0), (0, KICK, 1, 0)), 0, alone("snare")
    )
    without = renderer.render_loop(make_groove((4, SNARE, 1.0, 0.0)))
    assert rms(with_muted.astype(int) - without) < 0.01 * rms(without)


def test_the_mix_is_the_sum_of_its_rows_at_their_levels(renderer, make_groove):
    groove = make_groove(*[hit for hit in BUSY if hit[1] != OPEN_HAT])
    levels = mix_of(kick=0.9, snare=0.4, closed_hat=0.25)
    rows = [
        level * renderer.render_loop(groove, 0, alone(drum)).astype(float)
        for drum, level in zip(DRUMS, levels, strict=True)
    ]
    mix = renderer.render_loop(groove, 0, levels)
    assert rms(mix - sum(rows)) < 0.02 * rms(mix)


@pytest.mark.parametrize("levels", [mix_of(closed_hat=0.4), mix_of(open_hat=0.4)])
def test_hats_of_different_levels_choke_each_other(renderer, make_groove, levels):
    ringing = make_groove((31, OPEN_HAT, 1.0, 0.0))
    choking = make_groove((31, OPEN_HAT, 1.0, 0.0), (0, CLOSED_HAT, 0.02, 0.0))
    span = slice(6 * STEP_FRAMES, 8 * STEP_FRAMES)
    free, choked = (renderer.render_loop(groove, 0, levels)[span] for groove in (ringing, choking))
    assert rms(choked) < 0.3 * rms(free)
    muted = (*levels[:CLOSED_HAT], 0.0, *levels[CLOSED_HAT + 1 :])
    assert rms(renderer.render_loop(choking, 0, muted)[span]) > 0.9 * rms(free)


def test_stems_add_up_to_the_mix(renderer, make_groove):
    groove = make_groove(*BUSY)
    levels = mix_of(kick=0.8, open_hat=0.5, snare=0.0)
    stems = renderer.render_stems(groove, 0, levels)
    assert list(stems) == ["kick", "closed_hat", "open_hat", "crash"]
    mix = renderer.render_loop(groove, 0, levels)
    assert np.abs(mix.astype(int)).max() < 0.8 * 32767
    assert rms(mix - sum(stem.astype(float) for stem in stems.values())) < 0.02 * rms(mix)
    assert all(len(stem) == len(mix) for stem in stems.values())


def test_a_stem_is_choked_as_in_the_mix(renderer, make_groove):
    groove = make_groove((0, OPEN_HAT, 1.0, 0.0), (4, CLOSED_HAT, 1.0, 0.0))
    stem = renderer.render_stems(groove)["open_hat"]
    assert rms(stem[6 * STEP_FRAMES :]) < 0.02 * rms(stem[: 4 * STEP_FRAMES])


def test_the_click_is_on_the_beats_and_no_louder_than_the_drums(renderer, make_groove):
    click = renderer.render_loop(make_groove(), click=True).astype(int)
    onsets = [
        int(np.argmax(np.abs(click[start:]).max(axis=1) > 500))
        for start in range(0, len(click), 4 * STEP_FRAMES)
    ]
    assert max(onsets) < 0.005 * SAMPLE_RATE
    bar, beat = click[: 4 * STEP_FRAMES], click[4 * STEP_FRAMES : 8 * STEP_FRAMES]
    assert rms(bar) > 1.5 * rms(beat)
    snare = renderer.render_loop(make_groove((0, SNARE, 1.0, 0.0)))
    assert 2000 < np.abs(click).max() < np.abs(snare.astype(int)).max()


def test_the_click_is_added_to_the_groove(renderer, make_groove):
    groove = make_groove(*BUSY)
    both = renderer.render_loop(groove, click=True).astype(float)
    parts = renderer.render_loop(groove) + renderer.render_loop(make_groove(), click=True).astype(
        float
    )
    assert rms(both - parts) < 0.02 * rms(parts)


def test_a_kit_without_a_metronome_counts_with_the_side_stick(renderer, make_groove, monkeypatch):
    tail_blocks = Synth.tail_blocks

    def without_metronome(synth, kit, pitch):
        mute = pitch in (METRONOME_BELL, METRONOME_CLICK)
        return 0 if mute else tail_blocks(synth, kit, pitch)

    own = renderer.render_loop(make_groove(), click=True)
    monkeypatch.setattr(Synth, "tail_blocks", without_metronome)
    stick = renderer.render_loop(make_groove(), click=True)
    assert np.abs(stick.astype(int)).max() > 2000
    assert rms(stick - own.astype(int)) > 0.5 * rms(own)


def test_a_song_is_its_sections_in_a_row_with_the_last_tail(renderer, make_groove):
    first, second = (
        make_groove((0, SNARE, 1.0, 0.0)),
        make_groove((8, KICK, 1.0, 0.0), (31, CRASH, 1, 0)),
    )
    song = renderer.render_song([Section(first, 2), Section(second)], tempo_bpm=120.0)
    loop = round(loop_seconds(120.0) * SAMPLE_RATE)
    level = np.abs(song.astype(int)).max(axis=1)
    for onset in (0, loop, 2 * loop + 8 * STEP_FRAMES, 2 * loop + 31 * STEP_FRAMES):
        assert level[max(0, onset - 1000) : onset].max(initial=0) <= 1
        assert level[onset : onset + 500].max() > 1000
    assert len(song) > 3 * loop + SAMPLE_RATE
    assert level[-100:].max() <= 1
    assert level[3 * loop :].max() > 500


def test_parts_of_a_song_are_joined_without_a_seam(renderer, make_groove, monkeypatch):
    song = [Section(make_groove(*[(step, RIDE, 0.7, 0.0) for step in range(0, 32, 4)]))]
    whole = renderer.render_song(song)
    monkeypatch.setattr("pocket_studio.sound.renderer._PART_BLOCKS", 100)
    parts = renderer.render_song(song)
    assert len(parts) == len(whole)
    assert rms(parts - whole.astype(int)) < 0.02 * rms(whole)


def test_a_song_that_starts_early_keeps_its_first_hit(renderer, make_groove):
    song = renderer.render_song([Section(make_groove((0, SNARE, 1.0, -0.5), (8, SNARE, 1.0, 0.0)))])
    level = np.abs(song.astype(int)).max(axis=1)
    assert np.argmax(level > 1000) == pytest.approx(STEP_FRAMES / 4, abs=200)
    assert level[round(8.4 * STEP_FRAMES) : round(8.5 * STEP_FRAMES)].max() <= 1
    assert level[round(8.5 * STEP_FRAMES) :][:500].max() > 1000


def test_a_song_takes_one_tempo_for_all(renderer, make_groove):
    song = [Section(make_groove((0, KICK, 1.0, 0.0), tempo_bpm=90.0))]
    assert len(renderer.render_song(song, tempo_bpm=60.0)) >= round(8 * SAMPLE_RATE)
    assert len(renderer.render_song(song)) == round(loop_seconds(90.0) * SAMPLE_RATE)
    with pytest.raises(InvalidGrooveError, match="tempo"):
        renderer.render_song(song, tempo_bpm=500.0)


def test_songs_out_of_range_are_refused(renderer, make_groove):
    long = [Section(make_groove(), 8)] * 4
    with pytest.raises(InvalidRequestError, match="384 seconds; at most 300"):
        renderer.render_song(long, tempo_bpm=40.0)
    with pytest.raises(InvalidRequestError, match="at least one section"):
        renderer.render_song([])
    with pytest.raises(InvalidRequestError, match="levels"):
        renderer.render_song(long[:1], 0, (2.0,) * N_DRUMS)
    with pytest.raises(InvalidRequestError, match="no drum kit 99"):
        renderer.render_song(long[:1], 99)
