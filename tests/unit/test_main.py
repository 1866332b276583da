import json
import os
import subprocess
import sys
import wave
from pathlib import Path

import numpy as np
import pytest
from handmade import midi_of, played_beat, small_corpus, write_cache

import pocket_studio
from pocket_studio.__main__ import main
from pocket_studio.errors import SoundUnavailableError
from pocket_studio.midi import groove_to_midi, read_track

COMMANDS = ("prepare", "train", "evaluate", "report", "groove", "codes")
ROOT = Path(__file__).parents[2]


@pytest.fixture
def beat(tmp_path):
    """A file with a played beat at 96 bpm."""
    path = tmp_path / "beat.mid"
    path.write_bytes(groove_to_midi(played_beat(1, tempo_bpm=96.0)))
    return path


def error_of(capsys, *arguments):
    """Run a command that fails with exit code 1; return its one line on stderr."""
    assert main([str(argument) for argument in arguments]) == 1
    captured = capsys.readouterr()
    lines = captured.err.strip().splitlines()
    assert len(lines) == 1
    assert lines[0].startswith("error: ")
    return lines[0]


def refused(capsys, *arguments):
    """Run a command whose arguments argparse refuses; return what it says."""
    with pytest.raises(SystemExit) as exited:
        main([str(argument) for argument in arguments])
    assert exited.value.code == 2
    return capsys.readouterr().err


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(capsys, command):
    with pytest.raises(SystemExit) as exited:
        main([command, "--help"])
    assert exited.value.code == 0
    assert f"pocket_studio {command}" in capsys.readouterr().out


def test_help_lists_the_commands(capsys):
    with pytest.raises(SystemExit) as exited:
        main(["--help"])
    assert exited.value.code == 0
    text = capsys.readouterr().out
    assert all(command in text for command in COMMANDS)


@pytest.mark.parametrize("arguments", [(), ("play",), ("groove",), ("groove", "in.mid")])
def test_missing_or_unknown_commands_are_refused(capsys, arguments):
    assert "usage:" in refused(capsys, *arguments)


def test_help_does_not_wait_for_torch():
    program = "import sys, pocket_studio.__main__; sys.exit('torch' in sys.modules)"
    subprocess.run([sys.executable, "-c", program], check=True, cwd=ROOT)


def test_public_names():
    assert pocket_studio.Studio.__name__ == "Studio"
    assert pocket_studio.Groove.__name__ == "Groove"
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
    from pocket_studio.rendering import Renderer

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


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"hello", "not a MIDI file"),
        (b"MThd\0\0", "damaged or cut short"),
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
        env={**os.environ, "CI": ""},  # with CI set, pyfluidsynth prints where its library is
    )
    assert finished.returncode == 1
    assert finished.stdout == ""
    assert finished.stderr == "error: the MIDI file is damaged or cut short\n"


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


# evaluate, prepare, train


@pytest.fixture
def small_cache(tmp_path):
    """A training cache of a few tracks, two of them extra."""
    path = tmp_path / "cache" / "small.npz"
    write_cache(small_corpus(n_extra=2), path)
    return path


def test_evaluate_writes_every_score_of_a_folder(tmp_path, capsys):
    for number in (1, 2):
        path = tmp_path / f"beat{number}.mid"
        path.write_bytes(groove_to_midi(played_beat(number), repeats=2))
    out = tmp_path / "scores.json"
    no_cache = ("--cache", str(tmp_path / "none.npz"))
    assert main(["evaluate", "--midi", str(tmp_path), "--json", str(out), *no_cache]) == 0
    scores = json.loads(out.read_text())
    assert sum(scores["genre_shares"].values()) == pytest.approx(1)
    for told in ("conditioned", "unconditioned"):
        assert scores[told]["n_windows"] == 6
        assert 0 < scores[told]["note_f1_micro"] <= 1
    assert "knn" not in scores
    printed = capsys.readouterr()
    assert f"wrote {out}" in printed.out
    assert "without `prepare`" in printed.err


def test_evaluate_prints_scores_and_compares_with_the_training_data(tmp_path, small_cache, capsys):
    (tmp_path / "beat.mid").write_bytes(groove_to_midi(played_beat(1), repeats=2))
    assert main(["evaluate", "--midi", str(tmp_path), "--cache", str(small_cache)]) == 0
    scores = json.loads(capsys.readouterr().out)
    assert scores["n_files"] == 1
    assert 0 < scores["knn"]["note_f1_micro"] <= 1
    assert 0 <= scores["judged_human"] <= 1


def test_evaluate_needs_a_folder_or_a_cache(tmp_path, capsys):
    assert "no folder" in error_of(capsys, "evaluate", "--midi", tmp_path / "missing")
    missing = tmp_path / "none.npz"
    assert "no training cache" in error_of(capsys, "evaluate", "--cache", missing)
    assert "no training cache" in error_of(capsys, "evaluate", "table1", "--cache", missing)
    assert "not allowed with" in refused(capsys, "evaluate", "--midi", tmp_path, "--split", "0")
    assert "--split" in refused(capsys, "evaluate", "--split", "7")
    assert "the rows are knn, one-step" in error_of(capsys, "evaluate", "table1", "--rows", "gan")


def test_table1_is_measured_and_reported(tmp_path, small_cache, capsys):
    results, weights = tmp_path / "results", tmp_path / "classifier.safetensors"
    table = ["evaluate", "table1", "--budget", "fast", "--rows", "knn", "--jobs", "1"]
    places = ["--cache", small_cache, "--results", results, "--runs", tmp_path / "runs"]
    assert main([*table, *map(str, places), "--classifier", str(weights)]) == 0
    measured = json.loads((results / "fast" / "official.json").read_text())
    assert set(measured["rows"]) == {"knn"}
    assert weights.is_file()
    assert main(["report", "--budget", "fast", "--results", str(results)]) == 0
    assert "K-NN" in (results / "fast" / "README.md").read_text()
    assert f"wrote {weights}" in capsys.readouterr().out
    assert "no results" in error_of(capsys, "report", "--results", results)


def test_prepare_refuses_another_archive(tmp_path, capsys):
    archive, cache = tmp_path / "other.zip", tmp_path / "cache.npz"
    archive.write_bytes(b"PK")
    assert "is not groove-v1.0.0-midionly.zip" in error_of(
        capsys, "prepare", "--archive", archive, "--cache", cache
    )
    assert not cache.exists()


def test_prepare_names_a_missing_manifest(tmp_path, capsys):
    message = error_of(capsys, "prepare", "--extra", tmp_path, "--cache", tmp_path / "cache.npz")
    assert f"cannot read {tmp_path / 'manifest.csv'}" in message


def test_train_needs_a_cache(tmp_path, capsys):
    assert "pocket_studio prepare" in error_of(capsys, "train", "--cache", tmp_path / "none.npz")


@pytest.mark.parametrize(
    ("flag", "value"),
    [
        ("--note-epochs", 0),
        ("--expression-epochs", -1),
        ("--prior-epochs", "x"),
        ("--jobs", 0),
        ("--detail", -1),
        ("--detail", 4097),
    ],
)
def test_train_refuses_values_out_of_range(capsys, flag, value):
    assert flag in refused(capsys, "train", flag, value)


def test_train_writes_a_checkpoint_of_what_was_asked_for(tmp_path, small_cache, capsys):
    from pocket_studio.model import checkpoint

    out = tmp_path / "out.safetensors"
    asked = {"seed": 3, "note-epochs": 1, "expression-epochs": 1, "prior-epochs": 1}
    given = {**asked, "batch-size": 16, "detail": 8, "jobs": 1, "run": tmp_path / "run", "out": out}
    flags = [str(text) for flag, value in given.items() for text in (f"--{flag}", value)]
    arguments = ["train", "--cache", str(small_cache), "--extra", *flags]
    assert main(arguments) == 0
    assert capsys.readouterr().out == f"wrote {out}\n"
    trained = checkpoint.load(out)
    assert trained.model.config.detail_size == 8
    assert trained.training["extra"] is True
    assert trained.training["batch_size"] == 16
    assert {name: trained.training[name.replace("-", "_")] for name in asked} == asked
    assert {path.name for path in (tmp_path / "run").iterdir()} == {"note", "expression", "prior"}
    assert "other settings or data" in error_of(capsys, *arguments, "--seed", "4")


def test_an_interrupted_command_says_so(monkeypatch, capsys):
    from pocket_studio import corpus

    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(corpus, "prepare", interrupt)
    assert main(["prepare"]) == 130
    assert capsys.readouterr().err == "interrupted\n"
