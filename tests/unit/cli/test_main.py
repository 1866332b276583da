import os
import shutil
import subprocess
import sys
import wave
from pathlib import Path

import numpy as np
import pretty_midi
import pytest
from handmade import midi_of, played_beat

import pocket_studio
from pocket_studio.cli.main import main
from pocket_studio.errors import SoundUnavailableError
from pocket_studio.midi import groove_to_midi, read_track
from pocket_studio.music.feels import RowFeel, with_row_feels
from pocket_studio.performance import Studio
from pocket_studio.performance.controls import DEFAULT_GUIDANCE, DEFAULT_HUMANITY
from pocket_studio.sound import find_soundfont, midi_to_wav

from .command_line import error_of, refused

COMMANDS = ("serve", "groove", "groove-all", "codes", "prepare", "train", "evaluate", "report")
ROOT = Path(__file__).parents[3]
TIM = Path(pretty_midi.__file__).with_name("TimGM6mb.sf2")


@pytest.fixture
def beat(tmp_path):
    """A file with a played beat at 96 bpm."""
    path = tmp_path / "beat.mid"
    path.write_bytes(groove_to_midi(played_beat(1, tempo_bpm=96.0)))
    return path


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(capsys, command):
    with pytest.raises(SystemExit) as exited:
        main([command, "--help"])
    assert exited.value.code == 0
    assert f"usage: pocket-studio {command}" in capsys.readouterr().out


def test_help_lists_the_commands(capsys):
    with pytest.raises(SystemExit) as exited:
        main(["--help"])
    assert exited.value.code == 0
    text = capsys.readouterr().out
    assert all(command in text for command in COMMANDS)


@pytest.mark.parametrize("arguments", [(), ("play",), ("groove",), ("groove", "in.mid")])
def test_missing_or_unknown_commands_are_refused(capsys, arguments):
    assert "usage:" in refused(capsys, *arguments)


@pytest.mark.parametrize(
    ("started", "name"),
    [(("app.py",), "pocket-studio serve"), (("-m", "pocket_studio"), "python -m pocket_studio")],
)
def test_help_names_the_program(started, name):
    command = [sys.executable, *started, "--help"]
    said = subprocess.run(command, check=True, cwd=ROOT, capture_output=True, text=True).stdout
    assert said.startswith(f"usage: {name} [-h]")


@pytest.mark.parametrize("command", [("serve",), ("groove", "in.mid", "out.mid")])
def test_a_soundfont_folder_has_to_exist(capsys, command, tmp_path):
    said = refused(capsys, *command, "--soundfonts", tmp_path / "none")
    assert said.endswith(f"argument --soundfonts: there is no folder {tmp_path / 'none'}\n")


def test_help_does_not_wait_for_torch():
    program = "import sys, pocket_studio.__main__; sys.exit('torch' in sys.modules)"
    subprocess.run([sys.executable, "-c", program], check=True, cwd=ROOT)


def test_public_names():
    assert pocket_studio.Studio.__name__ == "Studio"
    assert pocket_studio.Groove.__name__ == "Groove"
    # A room of the same name would hide a function once anybody has imported it.
    assert all(callable(getattr(pocket_studio, name)) for name in pocket_studio.__all__)
    with pytest.raises(AttributeError, match="Drummer"):
        _ = pocket_studio.Drummer


# groove


def test_groove_plays_a_file(beat, tmp_path, capsys):
    out = tmp_path / "new" / "out.mid"
    assert main(["groove", str(beat), str(out), "--genre", "funk", "--seed", "7"]) == 0
    track = read_track(out)
    assert track.tempo_bpm == pytest.approx(96.0, abs=0.001)
    said = capsys.readouterr().out
    assert said == f"wrote {out}: {int(track.note.sum())} hits at 96 bpm\n"


def test_groove_is_what_the_studio_plays(beat, tmp_path, studio):
    out = tmp_path / "out.mid"
    arguments = ["--genre", "jazz", "--seed", "3", "--temperature", "0.5", "--tempo", "150"]
    assert main(["groove", str(beat), str(out), *arguments]) == 0
    template = read_track(beat).first_loop().note
    expected = studio.groove(template, genre="jazz", seed=3, temperature=0.5, tempo_bpm=150.0)
    assert out.read_bytes() == groove_to_midi(expected.groove)


def test_groove_plays_rows_with_the_feel_that_the_options_say(beat, tmp_path, studio):
    out = tmp_path / "out.mid"
    arguments = ("--seed", "3", "--row-offset-ms", "snare=8", "--row-looseness", "snare=0.5")
    assert main(["groove", str(beat), str(out), *arguments, "--row-loudness", "kick=0.8"]) == 0
    loop = read_track(beat).first_loop()
    played = studio.groove(loop.note, seed=3, tempo_bpm=loop.tempo_bpm).groove
    feels = {"snare": RowFeel(8, looseness=0.5), "kick": RowFeel(loudness=0.8)}
    assert out.read_bytes() == groove_to_midi(with_row_feels(played, feels, 3))


def test_groove_asks_for_what_the_options_say(beat, tmp_path, studio, monkeypatch):
    asked = []
    play = Studio.groove

    def groove(self, template, **arguments):
        asked.append(arguments)
        return play(self, template, **arguments)

    monkeypatch.setattr(Studio, "load", lambda: studio)
    monkeypatch.setattr(Studio, "groove", groove)
    options = ["--guidance", "3.5", "--density", "9", "--humanity", "0.25", "--reference-notes"]
    for said in ([], options, ["--no-reference-notes"]):
        assert main(["groove", str(beat), str(tmp_path / "out.mid"), *said]) == 0
    names = ("guidance", "density", "humanity", "reference_notes")
    assert [[each[name] for name in names] for each in asked] == [
        [DEFAULT_GUIDANCE, None, DEFAULT_HUMANITY, False],
        [3.5, 9, 0.25, True],
        [DEFAULT_GUIDANCE, None, DEFAULT_HUMANITY, False],
    ]


def test_groove_takes_the_bars_and_the_channel_that_are_asked_for(tmp_path, studio, capsys):
    song, out = tmp_path / "song.mid", tmp_path / "out.mid"
    notes = [(16 * bar + 4 * beat, 36 + bar, 90) for bar in range(3) for beat in range(4)]
    song.write_bytes(midi_of(*notes, channel=4))
    arguments = ["groove", str(song), str(out)]
    assert "choose a track or a channel" in error_of(capsys, *arguments)
    assert main([*arguments, "--channel", "5", "--bar", "2"]) == 0
    template = read_track(song, channel=5).loop(1).note
    assert out.read_bytes() == groove_to_midi(studio.groove(template, tempo_bpm=120.0).groove)
    assert main([*arguments, "--track", "1"]) == 0
    for wrong, reason in (
        (("--track", "2"), "there are no notes on track 2"),
        (("--channel", "10"), "there are no notes on channel 10"),
        (("--channel", "5", "--bar", "3"), "two bars start at bar 1 to 2 here, not at 3"),
    ):
        assert reason in error_of(capsys, *arguments, *wrong)


def test_groove_takes_bars_that_begin_where_they_are_said_to(tmp_path, studio, capsys):
    song, out = tmp_path / "song.mid", tmp_path / "out.mid"
    song.write_bytes(midi_of(*((4 * beat + 3, 36 + beat % 3, 90) for beat in range(16)), end=64))
    arguments = ["groove", str(song), str(out)]
    assert main([*arguments, "--downbeat", "-1", "--bar", "2"]) == 0
    template = read_track(song, downbeat=-1).loop(1).note
    assert (template != read_track(song).loop(1).note).any()
    assert out.read_bytes() == groove_to_midi(studio.groove(template, tempo_bpm=120.0).groove)
    assert main([*arguments, "--downbeat", "7"]) == 0
    with pytest.raises(SystemExit):
        main([*arguments, "--downbeat", "8"])
    assert "invalid choice: 8" in capsys.readouterr().err


def test_groove_takes_a_references_feel(beat, tmp_path, studio):
    out, reference = tmp_path / "out.mid", tmp_path / "reference.mid"
    reference.write_bytes(groove_to_midi(played_beat(9)))
    assert main(["groove", str(beat), str(out), "--reference", str(reference)]) == 0
    expected = studio.groove(
        read_track(beat).first_loop().note,
        reference=read_track(reference).first_loop(),
        tempo_bpm=read_track(beat).tempo_bpm,
    )
    assert out.read_bytes() == groove_to_midi(expected.groove)


def test_groove_states_what_it_adapted(tmp_path, capsys):
    template = tmp_path / "one-bar.mid"
    template.write_bytes(midi_of((0, 36, 100), (4, 38, 90), channel=0))
    assert main(["groove", str(template), str(tmp_path / "out.mid")]) == 0
    assert capsys.readouterr().err.splitlines() == [
        "note: No notes on channel 10: the notes were read as General MIDI drums.",
        "note: One bar was repeated to make two.",
    ]


def test_groove_writes_sound(beat, tmp_path):
    from pocket_studio.sound import Renderer

    try:
        Renderer()
    except SoundUnavailableError as error:
        pytest.skip(str(error))
    out = tmp_path / "out.wav"
    assert main(["groove", str(beat), str(tmp_path / "out.mid"), "--wav", str(out)]) == 0
    with wave.open(str(out)) as sound:
        assert sound.getnframes() / sound.getframerate() >= 8 * 60 / 96
        pcm = np.frombuffer(sound.readframes(sound.getnframes()), np.int16)
    assert np.abs(pcm).max() > 1000


def test_groove_takes_the_sound_from_the_folder_that_is_given(beat, tmp_path):
    if shutil.which("fluidsynth") is None:
        pytest.skip("the program fluidsynth is not installed")
    (tmp_path / "fonts").mkdir()
    (tmp_path / "fonts" / "small.sf2").symlink_to(TIM)
    sounds = []
    for fonts in (["--soundfonts", str(tmp_path / "fonts")], []):
        wav = tmp_path / f"{len(fonts)}.wav"
        assert (
            main(
                [
                    "groove",
                    str(beat),
                    str(tmp_path / "out.mid"),
                    "--wav",
                    str(wav),
                    *fonts,
                    "--no-normalise",
                ]
            )
            == 0
        )
        sounds.append(wav.read_bytes())
    midi_to_wav(tmp_path / "out.mid", tmp_path / "small.wav", [tmp_path / "fonts"], normalise=False)
    assert sounds[0] == (tmp_path / "small.wav").read_bytes()
    assert (sounds[0] != sounds[1]) == (find_soundfont().path.name != TIM.name)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"hello", "not a MIDI file"),
        (b"MThd\0\0", "cut short in its header"),
        (midi_of(), "no drums"),
    ],
)
def test_groove_refuses_bad_midi(tmp_path, capsys, content, message):
    template, out = tmp_path / "bad.mid", tmp_path / "out.mid"
    template.write_bytes(content)
    assert message in error_of(capsys, "groove", template, out)
    assert not out.exists()


def test_groove_refuses_a_bad_reference(beat, tmp_path, capsys):
    missing, out = tmp_path / "missing.mid", tmp_path / "out.mid"
    assert "there is no file" in error_of(capsys, "groove", beat, out, "--reference", missing)
    assert not out.exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--temperature", "0"), "the temperature must be in 0.05..2"),
        (("--temperature", "nan"), "the temperature"),
        (("--guidance", "4.5"), "the guidance must be in 0..4"),
        (("--density", "65"), "the density must be in 0..64"),
        (("--humanity", "-0.1"), "the humanity must be in 0..1"),
        (("--row-offset-ms", "snare=31"), "a row's offset_ms must be -30 to 30"),
        (("--row-loudness", "kick=nan"), "a row's loudness must be 0 to 2"),
        (("--tempo", "0"), "the tempo must be 40 to 240"),
        (("--tempo", "nan"), "the tempo"),
        (("--checkpoint", "/nowhere/at.safetensors"), "cannot read the checkpoint"),
    ],
)
def test_groove_refuses_values_out_of_range(beat, tmp_path, capsys, arguments, message):
    out = tmp_path / "out.mid"
    assert message in error_of(capsys, "groove", beat, out, *arguments)
    assert not out.exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ("--genre", "polka"),
        ("--seed", "-1"),
        ("--seed", "2147483648"),
        ("--seed", "x"),
        ("--temperature", "hot"),
        ("--guidance", "far"),
        ("--density", "1.5"),
        ("--row-loudness", "bell=1"),
        ("--row-looseness", "snare"),
    ],
)
def test_groove_refuses_arguments_of_another_kind(beat, tmp_path, capsys, arguments):
    assert arguments[0] in refused(capsys, "groove", beat, tmp_path / "out.mid", *arguments)


def test_a_file_that_cannot_be_written_is_one_line(beat, capsys):
    error_of(capsys, "groove", beat, beat / "out.mid")


def test_bad_input_ends_a_process_without_a_traceback(tmp_path):
    template = tmp_path / "cut.mid"
    template.write_bytes(groove_to_midi(played_beat(0))[:50])
    finished = subprocess.run(
        [sys.executable, "-m", "pocket_studio", "groove", template, tmp_path / "out.mid"],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env={**os.environ, "CI": "true"},  # with which pyfluidsynth prints where its library is
    )
    assert finished.returncode == 1
    assert finished.stdout == ""
    assert finished.stderr.startswith(
        "error: the MIDI file is damaged or cut short before its first"
    )
    assert finished.stderr.count("\n") == 1


# codes


def test_codes_writes_a_file_for_each(tmp_path, studio, capsys):
    assert main(["codes", str(tmp_path / "codes"), "--genre", "rock"]) == 0
    paths = sorted((tmp_path / "codes").iterdir())
    assert [path.name for path in paths] == [f"code-{code:02d}.mid" for code in range(64)]
    grooves = studio.codebook("rock")
    for path, groove in zip(paths, grooves, strict=True):
        assert path.read_bytes() == groove_to_midi(groove)
        if groove.n_hits:
            assert read_track(path).note.any()
    assert sum(groove.n_hits > 0 for groove in grooves) > 32
    assert capsys.readouterr().out == f"wrote 64 files to {tmp_path / 'codes'}\n"


def test_codes_needs_a_folder(beat, capsys):
    error_of(capsys, "codes", beat / "codes")


def test_an_interrupted_command_says_so(monkeypatch, capsys):
    from pocket_studio.research import corpus

    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(corpus, "prepare", interrupt)
    assert main(["prepare"]) == 130
    assert capsys.readouterr().err == "interrupted\n"
