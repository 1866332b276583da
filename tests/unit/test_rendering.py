"""Soundfonts, missing parts and the arithmetic of the loop."""

import builtins
import sys
from pathlib import Path

import numpy as np
import pytest

from pocket_studio.corpus import GENRES
from pocket_studio.errors import SoundUnavailableError
from pocket_studio.groove import Groove
from pocket_studio.kit import CLOSED_HAT, CRASH, KICK, OPEN_HAT, SNARE
from pocket_studio.rendering import GENRE_KITS, Renderer, Soundfont, find_soundfont, soundfonts
from pocket_studio.rendering import soundfont as soundfont_module
from pocket_studio.rendering.loop import _fold, _hits_of, _next_pass, _to_pcm
from pocket_studio.rendering.synth import Hit

HEADER = b"RIFF\x04\x00\x00\x00sfbk"


@pytest.fixture
def no_fonts_elsewhere(monkeypatch):
    monkeypatch.setattr(soundfont_module, "_SYSTEM_SOUNDFONTS", ())
    monkeypatch.setattr(soundfont_module, "find_spec", lambda _: None)


def test_own_soundfonts_come_first_by_name(tmp_path):
    for name in ("b.sf3", "a.SF2", "notes.txt"):
        (tmp_path / name).write_bytes(HEADER)
    assert [font.path.name for font in soundfonts(tmp_path)][:2] == ["a.SF2", "b.sf3"]
    assert find_soundfont(tmp_path) == Soundfont(tmp_path / "a.SF2", "a")


def test_system_font_comes_before_the_shipped_one(tmp_path, monkeypatch):
    system = tmp_path / "FluidR3_GM.sf2"
    system.write_bytes(HEADER)
    monkeypatch.setattr(soundfont_module, "_SYSTEM_SOUNDFONTS", (tmp_path / "none.sf2", system))
    assert [font.name for font in soundfonts(tmp_path / "empty")] == ["FluidR3_GM", "TimGM6mb"]


def test_what_is_no_soundfont_is_passed_over(tmp_path):
    (tmp_path / "a.sf2").write_bytes(b"<html>404</html>")
    (tmp_path / "b.sf2").write_bytes(HEADER)
    assert find_soundfont(tmp_path).name == "b"


@pytest.mark.usefixtures("no_fonts_elsewhere")
def test_no_soundfont_says_how_to_get_one(tmp_path):
    with pytest.raises(SoundUnavailableError, match="no soundfont was found; run: "):
        find_soundfont(tmp_path)


def test_broken_soundfont_is_skipped_with_a_notice(tmp_path, capfd):
    (tmp_path / "broken.sf2").write_bytes(HEADER)
    renderer = Renderer(soundfonts(tmp_path))
    assert renderer.soundfont.name != "broken"
    assert renderer.notices == ("skipped broken.sf2: no drum kit could be read from it.",)
    capfd.readouterr()  # FluidSynth reports the broken file on stderr


@pytest.mark.usefixtures("no_fonts_elsewhere")
def test_only_broken_soundfonts_are_an_error(tmp_path):
    (tmp_path / "broken.sf2").write_bytes(b"not this")
    with pytest.raises(SoundUnavailableError, match="no soundfont could be read"):
        Renderer(soundfonts(tmp_path))


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


def test_soundfont_folder_is_in_the_repository():
    folder = soundfont_module.SOUNDFONT_DIRECTORY
    assert folder == Path(__file__).parents[2] / "assets" / "soundfonts"
    assert (folder / "README.md").is_file()


def test_hits_are_ordered_and_early_ones_wrap():
    matrices = np.zeros((3, 32, 7), np.float32)
    matrices[:, 0, KICK] = 1.0, 0.5, -1.0
    matrices[:, 4, SNARE] = 1.0, 0.001, 0.0
    hits = _hits_of(Groove(*matrices, tempo_bpm=105.0), n_frames=201600)
    assert hits == [
        Hit(round(4 * 6300 / 64), SNARE, 1),
        Hit(round((201600 - 3150) / 64), KICK, 64),
    ]


def test_only_hits_that_cut_a_tail_are_played_again():
    tails = [10] * 7
    tails[CRASH], tails[OPEN_HAT] = 5000, 60
    hits = [Hit(5, CLOSED_HAT, 90), Hit(6, CRASH, 90), Hit(20, KICK, 90), Hit(95, OPEN_HAT, 90)]
    again = _next_pass(hits, n_frames=6400, tail_blocks=tails)
    assert again == [Hit(105, CLOSED_HAT, 1), Hit(106, CRASH, 1)]


def test_tails_fold_as_often_as_it_takes():
    sound = np.ones((25, 2), np.float32)
    folded = _fold(sound, 10)
    np.testing.assert_array_equal(folded[:, 0], [3.0] * 5 + [2.0] * 5)


def test_pcm_is_linear_below_the_knee_and_never_full_scale():
    levels = np.array([[-9.0, -0.8], [0.0, 0.5], [0.9, 9.0]], np.float32)
    pcm = _to_pcm(levels)
    assert pcm[1].tolist() == [0, round(0.5 * 32767)]
    assert pcm[0, 1] == -round(0.8 * 32767)
    assert round(0.8 * 32767) < pcm[2, 0] < round(0.9 * 32767)
    assert pcm[2, 1] == -pcm[0, 0] == 32767
