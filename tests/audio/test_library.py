"""Soundfonts that come, change and go while the studio runs."""

import os
import shutil
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pretty_midi
import pytest

from pocket_studio.errors import InvalidRequestError, SoundUnavailableError
from pocket_studio.music.kit import SNARE
from pocket_studio.sound import SoundLibrary
from pocket_studio.sound import soundfont as soundfont_module

TIM = Path(pretty_midi.__file__).parent / "TimGM6mb.sf2"


@pytest.fixture
def folder(tmp_path, monkeypatch, renderer):  # noqa: ARG001  without sound, `renderer` skips
    """A folder that is the only place with soundfonts."""
    monkeypatch.setattr(soundfont_module, "_SYSTEM_SOUNDFONTS", ())
    monkeypatch.setattr(soundfont_module, "find_spec", lambda _: None)
    return tmp_path


def test_a_soundfont_appears_and_goes_without_a_restart(folder):
    library = SoundLibrary([folder])
    assert library.names() == []
    with pytest.raises(SoundUnavailableError, match="no soundfont could be read; run: "):
        library.renderer()
    shutil.copy(TIM, folder / "mine.sf2")
    library.rescan()
    assert library.names() == ["mine"]
    assert library.renderer() is library.renderer("mine")
    assert library.renderer().render_hit(SNARE).any()
    (folder / "mine.sf2").unlink()
    library.rescan()
    assert library.names() == []


def test_a_file_is_opened_once_and_again_when_it_has_changed(folder):
    path = folder / "mine.sf2"
    shutil.copy(TIM, path)
    library = SoundLibrary([folder])
    first = library.renderer("mine")
    library.rescan()
    assert library.renderer("mine") is first
    os.utime(path, (1, 1))
    library.rescan()
    assert library.renderer("mine") is not first
    assert first.render_hit(SNARE).any()  # whoever has the old one may still use it


def test_what_is_no_soundfont_becomes_a_notice(folder, capfd):
    shutil.copy(TIM, folder / "good.sf2")
    (folder / "bad.sf2").write_bytes(os.urandom(5000))
    (folder / "worse.sf2").write_bytes(b"RIFF\x04\x00\x00\x00sfbk" + bytes(1000))
    library = SoundLibrary([folder])
    assert library.names() == ["good"]
    assert library.notices == tuple(
        f"skipped {name}.sf2: no drum kit could be read from it." for name in ("bad", "worse")
    )
    capfd.readouterr()
    library.rescan()
    assert len(library.notices) == 2
    assert capfd.readouterr().err == ""  # FluidSynth did not try again


def test_what_cannot_be_read_is_skipped_and_never_waited_for(folder):
    shutil.copy(TIM, folder / "good.sf2")
    os.mkfifo(folder / "fifo.sf2")
    (folder / "circle.sf2").symlink_to("circle.sf2")
    (folder / "folder.sf2").mkdir()
    with socket.socket(socket.AF_UNIX) as there:
        there.bind(str(folder / "socket.sf2"))
        # In a process of its own, for what waits for a FIFO waits for ever.
        program = (
            "import sys; from pathlib import Path; from pocket_studio.sound import SoundLibrary\n"
            "library = SoundLibrary([Path(sys.argv[1])])\n"
            "print(library.names()[0], *(line.split()[1] for line in library.notices))"
        )
        command = [sys.executable, "-c", program, folder]
        said = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60)
    names = ("circle", "fifo", "folder", "socket")
    assert said.stdout.split() == ["good", *(f"{name}.sf2:" for name in names)]


def test_folders_that_cannot_be_read_have_nothing_in_them(folder):
    shutil.copy(TIM, folder / "good.sf2")
    (folder / "circle").symlink_to("circle")
    library = SoundLibrary([folder / "none", folder / "circle", folder / "good.sf2", folder])
    assert library.names() == ["good"]


def test_names_are_unique_and_one_file_has_one(folder):
    shutil.copy(TIM, folder / "kit.sf2")
    shutil.copy(TIM, folder / "kit.SF2")
    (folder / "link.sf2").symlink_to(folder / "kit.sf2")
    assert SoundLibrary([folder]).names() == ["kit", "kit 2"]


def test_an_unknown_name_is_refused(folder):
    shutil.copy(TIM, folder / "mine.sf2")
    with pytest.raises(InvalidRequestError, match="the soundfont must be one of mine"):
        SoundLibrary([folder]).renderer("yours")


def test_threads_may_scan_and_play_together(folder):
    shutil.copy(TIM, folder / "mine.sf2")
    library = SoundLibrary([folder])

    def use(number):
        if number % 2:
            library.rescan()
        return len(library.renderer("mine").render_hit(SNARE))

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(use, range(12)))) == 1


def test_a_renderer_that_is_no_longer_used_gives_its_memory_back(folder):
    shutil.copy(TIM, folder / "mine.sf2")
    library = SoundLibrary([folder])
    with library.renderer()._borrowed() as synth:
        close = synth.close
    del synth
    assert close.alive
    (folder / "mine.sf2").unlink()
    library.rescan()
    assert not close.alive


def test_the_machines_own_soundfonts_are_all_listed(renderer):
    names = SoundLibrary().names()
    assert renderer.soundfont.name in names
    assert "TimGM6mb" in names
