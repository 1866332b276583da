"""What a rendered loop sounds like, measured."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from pocket_studio.errors import InvalidRequestError
from pocket_studio.music.grid import loop_seconds
from pocket_studio.music.groove import Groove, Section
from pocket_studio.music.kit import CLOSED_HAT, CRASH, KICK, N_DRUMS, OPEN_HAT, RIDE, SNARE, TOM
from pocket_studio.sound import SAMPLE_RATE
from pocket_studio.sound.loop import to_pcm
from pocket_studio.sound.playing import FULL_MIX, loop_hits, next_pass, song_hits
from pocket_studio.sound.synth import BLOCK_FRAMES

STEP_FRAMES = round(SAMPLE_RATE / 8)  # at 120 bpm
# A note starts on the nearest block; drum samples then need up to 3 ms to rise.
ONSET_TOLERANCE = BLOCK_FRAMES + round(0.003 * SAMPLE_RATE)
# 105 bpm makes the loop a whole number of blocks, so that FluidSynth itself can repeat it exactly.
EXACT_TEMPO_BPM = 105.0


def energy(pcm):
    return float(np.square(pcm.astype(float)).mean())


def first_sound(pcm):
    level = np.abs(pcm.astype(int)).max(axis=1)
    return int(np.argmax(level > 0.02 * level.max()))


def test_a_flam_sounds_30_ms_before_its_hit_and_wraps(renderer, make_groove):
    plain = make_groove((8, SNARE, 0.8, 0.0))
    flam = replace(plain, ornament=plain.note)
    sounds = [renderer.render_loop(groove).astype(int) for groove in (plain, flam)]
    before = first_sound(sounds[0]) - first_sound(sounds[1])
    assert before / SAMPLE_RATE == pytest.approx(0.030, abs=0.004)
    first = make_groove((0, SNARE, 0.8, 0.0))
    hits = loop_hits(replace(first, ornament=first.note), 32 * STEP_FRAMES)
    assert [hit.velocity for hit in hits] == [102, 46]
    at_s = hits[1].block * BLOCK_FRAMES / SAMPLE_RATE
    assert at_s == pytest.approx(32 * STEP_FRAMES / SAMPLE_RATE - 0.030, abs=0.002)


def test_a_song_that_begins_with_a_drag_waits_for_it(make_groove):
    first = make_groove((0, SNARE, 0.8, 0.0), tempo_bpm=240.0)
    hits = song_hits([Section(replace(first, ornament=2 * first.note))], FULL_MIX, 240.0)
    assert [hit.block for hit in hits] == [0, 21, 43]


@pytest.mark.parametrize("tempo_bpm", [40.0, 97.3, 120.0, 240.0])
def test_loop_has_exactly_its_length(renderer, make_groove, tempo_bpm):
    pcm = renderer.render_loop(make_groove((0, KICK, 0.8, 0.0), tempo_bpm=tempo_bpm))
    assert pcm.dtype == np.int16
    assert pcm.shape == (round(loop_seconds(tempo_bpm) * SAMPLE_RATE), 2)


@pytest.mark.parametrize(
    ("step", "microtiming"), [(4, 0.0), (5, 0.0), (5, 0.9), (5, -0.9), (17, 0.33), (26, 1.0)]
)
def test_onset_lands_where_it_is_played(renderer, make_groove, step, microtiming):
    pcm = renderer.render_loop(make_groove((step, SNARE, 1.0, microtiming)))
    expected = (step + microtiming / 2) * STEP_FRAMES
    assert -BLOCK_FRAMES / 2 <= first_sound(pcm) - expected <= ONSET_TOLERANCE


def test_early_hit_on_step_0_sounds_at_the_end(renderer, make_groove):
    pcm = renderer.render_loop(make_groove((0, SNARE, 1.0, -1.0)))
    onset = len(pcm) - STEP_FRAMES // 2
    tail_end = len(pcm) // 2
    assert np.abs(pcm[tail_end : onset - BLOCK_FRAMES].astype(int)).max() <= 1
    assert np.abs(pcm[onset : onset + 2000].astype(int)).max() > 3000


def test_crash_on_the_last_step_rings_on_at_the_start(renderer, make_groove):
    pcm = renderer.render_loop(make_groove((31, CRASH, 1.0, 0.0)))
    at_start, before_hit = pcm[:STEP_FRAMES], pcm[29 * STEP_FRAMES : 30 * STEP_FRAMES]
    assert energy(at_start) > 10 * energy(before_hit) > 0


@pytest.mark.parametrize("tempo_bpm", [83.7, 120.0, 201.3])
def test_no_jump_at_the_seam(renderer, make_groove, tempo_bpm):
    groove = make_groove((31, TOM, 1.0, 1.0), (30, KICK, 1.0, 0.0), tempo_bpm=tempo_bpm)
    pcm = renderer.render_loop(groove).astype(int)
    around = np.abs(np.diff(np.concatenate([pcm[-2000:], pcm[:2000]]), axis=0)).max(axis=1)
    at_seam = around[1999]
    assert around[2000:].max() > 30  # the tom does ring across
    assert at_seam <= np.sort(around)[-20]


@pytest.mark.parametrize(
    "hits",
    [
        [(31, CRASH, 1.0, 0.0), (3, KICK, 0.7, 0.0)],
        [(31, OPEN_HAT, 1.0, 0.0), (0, CLOSED_HAT, 0.6, 0.0)],
        [(31, CRASH, 0.9, 0.4), (2, CRASH, 0.6, 0.0), (30, TOM, 1.0, 0.0), (0, TOM, 0.5, -0.4)],
        [(step, RIDE, 0.3 + 0.02 * step, 0.0) for step in range(0, 32, 3)],
    ],
    ids=["crash", "choke", "struck-again", "rides"],
)
def test_loop_is_what_fluidsynth_plays_once_settled(renderer, make_groove, hits):
    groove = make_groove(*hits, tempo_bpm=EXACT_TEMPO_BPM)
    pcm = renderer.render_loop(groove)
    once = loop_hits(groove, len(pcm))
    n_blocks, n_passes = len(pcm) // BLOCK_FRAMES, 4
    many = [hit._replace(block=hit.block + k * n_blocks) for k in range(n_passes) for hit in once]
    with renderer._borrowed() as synth:
        sound = synth.render(many, 0, n_passes * n_blocks)
    settled = to_pcm(sound[-len(pcm) :])
    difference = np.abs(pcm.astype(int) - settled)
    # In a note's first block FluidSynth fades in from what its voice last played.
    for hit in once:
        start = hit.block * BLOCK_FRAMES % len(pcm)
        difference[start : start + BLOCK_FRAMES] = 0
    assert difference.max() <= 4


def test_closed_hat_chokes_the_open_one_over_the_seam(renderer, make_groove):
    ringing = renderer.render_loop(make_groove((31, OPEN_HAT, 1.0, 0.0)))
    choked = renderer.render_loop(
        make_groove((31, OPEN_HAT, 1.0, 0.0), (0, CLOSED_HAT, 1 / 127, 0.0))
    )
    span = slice(6 * STEP_FRAMES, 8 * STEP_FRAMES)
    assert energy(choked[span]) < 0.1 * energy(ringing[span])


def test_louder_velocity_has_more_energy(renderer, make_groove):
    velocities = [0.2, 0.4, 0.6, 0.8, 1.0]
    loops = [renderer.render_loop(make_groove((0, SNARE, v, 0.0))) for v in velocities]
    energies = [energy(loop) for loop in loops]
    assert all(soft * 1.2 < loud for soft, loud in pairwise(energies))


def test_a_hit_does_not_change_the_level_of_others(renderer, make_groove):
    alone = renderer.render_loop(make_groove((0, KICK, 0.5, 0.0)))
    with_more = renderer.render_loop(make_groove((0, KICK, 0.5, 0.0), (16, SNARE, 1.0, 0.0)))
    span = slice(BLOCK_FRAMES, 4 * STEP_FRAMES)
    np.testing.assert_allclose(with_more[span].astype(int), alone[span], atol=4)


def test_nothing_leaks_into_the_next_render(renderer, make_groove):
    empty = make_groove()
    for _ in range(3):  # whichever synth of the pool comes next
        renderer.render_loop(make_groove(*[(step, CRASH, 1.0, 0.0) for step in range(32)]))
        assert not renderer.render_loop(empty).any()


def test_concurrent_renders_agree_with_single_ones(renderer, make_groove):
    grooves = [
        make_groove((k, SNARE, 0.7, 0.2), (k + 3, CRASH, 0.9, 0.0), (k + 9, OPEN_HAT, 0.8, -0.3))
        for k in range(8)
    ]
    single = [renderer.render_loop(groove) for groove in grooves]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(renderer.render_loop, grooves))
    for one, other in zip(single, together, strict=True):
        difference = np.abs(one.astype(int) - other)
        assert np.sqrt(np.mean(difference**2.0)) < 0.02 * np.sqrt(energy(one))


def test_two_renders_run_at_once(renderer, make_groove):
    with ThreadPoolExecutor(1) as pool, renderer._borrowed():
        try:
            pool.submit(renderer.render_loop, make_groove()).result(timeout=20)
        except TimeoutError:
            pytest.fail("a render waits although a synth is free")


def test_next_pass_cuts_tails_but_is_not_heard(renderer, make_groove, monkeypatch):
    """As it would be in a soundfont that plays every velocity alike."""
    groove = make_groove((31, OPEN_HAT, 1.0, 0.0), (0, CLOSED_HAT, 0.5, 0.0), (4, OPEN_HAT, 0.9, 0))
    quiet = renderer.render_loop(groove).astype(int)

    def loud_next_pass(*arguments):
        return [hit._replace(velocity=127) for hit in next_pass(*arguments)]

    monkeypatch.setattr("pocket_studio.sound.loop.next_pass", loud_next_pass)
    difference = np.abs(renderer.render_loop(groove) - quiet)
    for hit in loop_hits(groove, len(quiet)):
        start = (hit.block - 1) * BLOCK_FRAMES
        difference[max(0, start) : start + 3 * BLOCK_FRAMES] = 0
    assert difference.max() <= 4


def test_full_scale_is_never_reached(renderer):
    everything = np.ones((32, N_DRUMS), np.float32)
    groove = Groove(everything, everything, np.zeros_like(everything), 120.0)
    for program in {0, 8, 16, 24, 25} & {kit.program for kit in renderer.kits()}:
        peak = np.abs(renderer.render_loop(groove, program).astype(int)).max()
        assert 2000 < peak < 32767, program


def test_kits_differ_in_sound(renderer):
    programs = [kit.program for kit in renderer.kits()]
    assert {0, 25} <= set(programs)
    assert len(set(programs)) == len(programs)
    assert all(kit.name for kit in renderer.kits())
    standard, tr_808 = (renderer.render_hit(SNARE, kit) for kit in (0, 25))
    n = min(len(standard), len(tr_808), 5000)
    assert not np.allclose(standard[:n].astype(int), tr_808[:n], atol=500)


def test_unknown_kit_is_refused(renderer, make_groove):
    with pytest.raises(InvalidRequestError, match="no drum kit 127"):
        renderer.render_loop(make_groove(), kit=127)


@pytest.mark.parametrize("drum", range(N_DRUMS))
def test_a_hit_sounds_and_ends_in_silence(renderer, drum):
    pcm = renderer.render_hit(drum, velocity=0.9)
    assert first_sound(pcm) <= ONSET_TOLERANCE
    assert np.abs(pcm.astype(int)).max() > 300
    assert len(pcm) <= 3 * SAMPLE_RATE
    assert np.abs(pcm[-5:].astype(int)).max() <= 2


@pytest.mark.parametrize(("drum", "velocity"), [(7, 0.5), (-1, 0.5), (0, 0.0), (0, 1.5)])
def test_a_hit_out_of_range_is_refused(renderer, drum, velocity):
    with pytest.raises(InvalidRequestError, match="a hit needs"):
        renderer.render_hit(drum, velocity=velocity)
