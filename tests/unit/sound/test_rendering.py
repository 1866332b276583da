"""Soundfonts, missing parts, and what FluidSynth is told to play."""

import builtins
import os
import shutil
import subprocess
import sys

import numpy as np
import pytest

from pocket_studio.errors import InvalidRequestError, SoundUnavailableError
from pocket_studio.music.genres import GENRES
from pocket_studio.music.groove import Groove, Section
from pocket_studio.music.kit import (
    CLOSED_HAT,
    CRASH,
    KICK,
    N_DRUMS,
    OPEN_HAT,
    SNARE,
    drum_to_pitch,
)
from pocket_studio.sound import (
    GENRE_KITS,
    Renderer,
    Soundfont,
    find_soundfont,
    soundfonts,
    validate_levels,
)
from pocket_studio.sound import soundfont as soundfont_module
from pocket_studio.sound.loop import _fold, to_pcm
from pocket_studio.sound.playing import CLICKS, loop_hits, next_pass, song_hits
from pocket_studio.sound.synth import Hit

HEADER = b"RIFF\x04\x00\x00\x00sfbk"


@pytest.fixture
def no_fonts_elsewhere(monkeypatch):
    monkeypatch.setattr(soundfont_module, "_SYSTEM_SOUNDFONTS", ())
    monkeypatch.setattr(soundfont_module, "find_spec", lambda _: None)


def test_own_soundfonts_come_first_by_name(tmp_path):
    for name in ("b.sf3", "a.SF2", "notes.txt"):
        (tmp_path / name).write_bytes(HEADER)
    assert [font.path.name for font in soundfonts([tmp_path])][:2] == ["a.SF2", "b.sf3"]
    assert find_soundfont([tmp_path]) == Soundfont(tmp_path / "a.SF2", "a")


def test_folders_are_looked_into_in_their_order(tmp_path):
    folders = [tmp_path / "given", tmp_path / "missing", tmp_path / "own"]
    for path in (folders[0] / "z.sf2", folders[2] / "a.sf2"):
        path.parent.mkdir()
        path.write_bytes(HEADER)
    assert [font.name for font in soundfonts(folders)][:2] == ["z", "a"]


def test_system_font_comes_before_the_shipped_one(tmp_path, monkeypatch):
    system = tmp_path / "FluidR3_GM.sf2"
    system.write_bytes(HEADER)
    monkeypatch.setattr(soundfont_module, "_SYSTEM_SOUNDFONTS", (tmp_path / "none.sf2", system))
    assert [font.name for font in soundfonts([tmp_path / "empty"])] == ["FluidR3_GM", "TimGM6mb"]


def test_what_is_no_soundfont_is_passed_over(tmp_path):
    (tmp_path / "a.sf2").write_bytes(b"<html>404</html>")
    (tmp_path / "b.sf2").write_bytes(HEADER)
    assert find_soundfont([tmp_path]).name == "b"


@pytest.mark.usefixtures("no_fonts_elsewhere")
def test_no_soundfont_says_how_to_get_one(tmp_path):
    with pytest.raises(SoundUnavailableError, match="no soundfont was found; run: "):
        find_soundfont([tmp_path])


def test_broken_soundfont_is_skipped_with_a_notice(tmp_path, capfd):
    (tmp_path / "broken.sf2").write_bytes(HEADER)
    renderer = Renderer(soundfonts([tmp_path]))
    assert renderer.soundfont.name != "broken"
    assert renderer.notices == ("skipped broken.sf2: no drum kit could be read from it.",)
    capfd.readouterr()  # FluidSynth reports the broken file on stderr


@pytest.mark.usefixtures("no_fonts_elsewhere")
def test_only_broken_soundfonts_are_an_error(tmp_path):
    (tmp_path / "broken.sf2").write_bytes(b"not this")
    with pytest.raises(SoundUnavailableError, match="no soundfont could be read"):
        Renderer(soundfonts([tmp_path]))


def test_missing_library_says_what_to_install(monkeypatch):
    real_import = builtins.__import__

    def without_library(name, *args, **kwargs):
        if name == "fluidsynth":
            raise ImportError("Couldn't find the FluidSynth library.")
        return real_import(name, *args, **kwargs)

    monkeypatch.delitem(sys.modules, "fluidsynth", raising=False)
    monkeypatch.setattr(builtins, "__import__", without_library)
    with pytest.raises(SoundUnavailableError, match=r"FluidSynth is not installed; run: .*install"):
        Renderer()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a library is found otherwise")
@pytest.mark.parametrize("kind", ["damaged", "another"])
def test_a_library_that_does_not_load_leaves_the_studio_without_sound(tmp_path, kind):
    library = tmp_path / "libfluidsynth.so.3"
    if kind == "damaged":
        library.write_bytes(b"cut off")
    else:
        shutil.copy(np.random._common.__file__, library)
    program = (
        "from pocket_studio.cli.serve import load_service\n"
        "service = load_service()\n"
        "print(service.boot()['sound_notice'])"
    )
    finished = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "LD_LIBRARY_PATH": str(tmp_path)},
    )
    assert finished.stderr == ""
    (line,) = finished.stdout.splitlines()
    assert line.startswith("no sound: the FluidSynth that was found does not load (")
    assert "install it anew: " in line


@pytest.mark.parametrize(
    ("system", "tools", "command"),
    [
        ("Darwin", {"brew"}, "brew install fluid-synth"),
        ("Linux", {"dnf"}, "sudo dnf install fluidsynth fluid-soundfont-gm"),
        ("Linux", {"pacman"}, "sudo pacman -S fluidsynth soundfont-fluid"),
        ("Linux", {"apt-get"}, "sudo apt-get install fluidsynth fluid-soundfont-gm"),
    ],
)
def test_install_command_suits_the_platform(monkeypatch, system, tools, command):
    monkeypatch.setattr("platform.system", lambda: system)
    monkeypatch.setattr("shutil.which", lambda tool: tool if tool in tools else None)
    assert soundfont_module.install_command() == command


def test_every_genre_has_a_kit():
    assert set(GENRE_KITS) == {"any", *GENRES}


LOOP_FRAMES = 201600  # two bars at 105 bpm, a whole number of blocks
KICK_PITCH, SNARE_PITCH, CLOSED_PITCH, OPEN_PITCH, CRASH_PITCH = map(
    drum_to_pitch, (KICK, SNARE, CLOSED_HAT, OPEN_HAT, CRASH)
)


def block_of(step):
    return round(step * 6300 / 64)


def groove_of(*hits, **fields):
    matrices = np.zeros((3, 32, 7), np.float32)
    for step, drum, velocity, microtiming in hits:
        matrices[:, step, drum] = 1.0, velocity, microtiming
    return Groove(*matrices, **{"tempo_bpm": 105.0, **fields})


def levels_of(**levels):
    mix = [1.0] * N_DRUMS
    for drum, level in levels.items():
        mix[{"kick": KICK, "closed": CLOSED_HAT, "open": OPEN_HAT}[drum]] = level
    return tuple(mix)


def test_hits_are_ordered_and_early_ones_wrap():
    groove = groove_of((0, KICK, 0.5, -1.0), (4, SNARE, 0.001, 0.0))
    assert loop_hits(groove, LOOP_FRAMES) == [
        Hit(block_of(4), SNARE_PITCH, 1),
        Hit(round((LOOP_FRAMES - 3150) / 64), KICK_PITCH, 64),
    ]


def test_swing_delays_every_second_sixteenth():
    groove = groove_of((0, KICK, 1, 0), (1, KICK, 1, 0), swing=0.75)
    assert [hit.block for hit in loop_hits(groove, LOOP_FRAMES)] == [0, block_of(1.5)]


def test_a_level_goes_with_its_hits_and_a_muted_drum_is_not_played():
    groove = groove_of((0, KICK, 1, 0), (0, SNARE, 1, 0))
    half = loop_hits(groove, LOOP_FRAMES, levels_of(kick=0.5))
    assert half == [Hit(0, KICK_PITCH, 127, 0.5), Hit(0, SNARE_PITCH, 127)]
    assert loop_hits(groove, LOOP_FRAMES, levels_of(kick=0.0)) == [Hit(0, SNARE_PITCH, 127)]


HATS = ((0, CLOSED_HAT, 1, 0), (4, OPEN_HAT, 1, 0))


def test_hats_of_different_levels_still_choke_each_other():
    hits = loop_hits(groove_of(*HATS), LOOP_FRAMES, levels_of(open=0.5))
    assert hits == [
        Hit(0, CLOSED_PITCH, 1, 0.5),
        Hit(0, CLOSED_PITCH, 127, 1.0),
        Hit(block_of(4), OPEN_PITCH, 1, 1.0),
        Hit(block_of(4), OPEN_PITCH, 127, 0.5),
    ]


@pytest.mark.parametrize("levels", [levels_of(), levels_of(closed=0.5, open=0.5)])
def test_hats_of_one_level_need_no_shadows(levels):
    assert [hit.velocity for hit in loop_hits(groove_of(*HATS), LOOP_FRAMES, levels)] == [127, 127]


def test_a_muted_hat_does_not_choke():
    hits = loop_hits(groove_of(*HATS), LOOP_FRAMES, levels_of(closed=0.0, open=0.5))
    assert hits == [Hit(block_of(4), OPEN_PITCH, 127, 0.5)]


def test_a_drum_alone_is_choked_as_in_the_mix():
    groove = groove_of(*HATS, (8, KICK, 1, 0))
    alone = loop_hits(groove, LOOP_FRAMES, levels_of(closed=0.5), only=OPEN_HAT)
    assert alone == [Hit(0, CLOSED_PITCH, 1, 1.0), Hit(block_of(4), OPEN_PITCH, 127, 1.0)]
    assert loop_hits(groove, LOOP_FRAMES, only=KICK) == [Hit(block_of(8), KICK_PITCH, 127)]


def test_the_click_counts_beats_and_marks_bars():
    click = CLICKS[0]
    hits = loop_hits(groove_of(), LOOP_FRAMES, (0.0,) * N_DRUMS, click=click)
    (bar, _), (beat, _) = click
    assert [hit.block for hit in hits] == [block_of(step) for step in range(0, 32, 4)]
    assert [hit.pitch for hit in hits] == [bar, beat, beat, beat] * 2


@pytest.mark.parametrize("levels", [(1.0,) * 6, (1.0,) * 6 + (1.1,), (-0.1,) + (1.0,) * 6])
def test_levels_out_of_range_are_refused(levels):
    with pytest.raises(InvalidRequestError, match="levels must be 7 numbers from 0 to 1"):
        validate_levels(levels)


def test_a_song_plays_its_sections_one_after_the_other():
    parts = [Section(groove_of((4, KICK, 1, 0)), 2), Section(groove_of((0, SNARE, 1, 0)))]
    assert song_hits(parts, levels_of(), 105.0) == [
        Hit(block_of(4), KICK_PITCH, 127),
        Hit(block_of(36), KICK_PITCH, 127),
        Hit(block_of(64), SNARE_PITCH, 127),
    ]


def test_a_song_that_starts_early_has_half_a_sixteenth_of_lead():
    early, later = groove_of((0, KICK, 1, -0.5)), groove_of((0, SNARE, 1, -1.0))
    hits = song_hits([Section(early), Section(later)], levels_of(), 105.0)
    assert hits == [Hit(block_of(0.25), KICK_PITCH, 127), Hit(block_of(32), SNARE_PITCH, 127)]
    muted = song_hits([Section(early), Section(later)], levels_of(kick=0.0), 105.0)
    assert muted == [Hit(block_of(31.5), SNARE_PITCH, 127)]


def test_only_hits_that_cut_a_tail_are_played_again():
    tails = {CLOSED_PITCH: 10, CRASH_PITCH: 5000, KICK_PITCH: 10, OPEN_PITCH: 60}
    hits = [
        Hit(5, CLOSED_PITCH, 90),
        Hit(6, CRASH_PITCH, 90),
        Hit(20, KICK_PITCH, 90),
        Hit(95, OPEN_PITCH, 90),
    ]
    again = [Hit(105, CLOSED_PITCH, 1), Hit(106, CRASH_PITCH, 1)]
    assert next_pass(hits, 6400, tails) == again
    quiet_open = [*hits[:3], hits[3]._replace(level=0.5)]
    assert next_pass(quiet_open, 6400, tails) == again[1:]


def test_tails_fold_as_often_as_it_takes():
    sound = np.ones((25, 2), np.float32)
    folded = _fold(sound, 10)
    np.testing.assert_array_equal(folded[:, 0], [3.0] * 5 + [2.0] * 5)


def test_pcm_is_linear_below_the_knee_and_never_full_scale():
    levels = np.array([[-9.0, -0.8], [0.0, 0.5], [0.9, 9.0]], np.float32)
    pcm = to_pcm(levels)
    assert pcm[1].tolist() == [0, round(0.5 * 32767)]
    assert pcm[0, 1] == -round(0.8 * 32767)
    assert round(0.8 * 32767) < pcm[2, 0] < round(0.9 * 32767)
    assert pcm[2, 1] == -pcm[0, 0] == 32767
