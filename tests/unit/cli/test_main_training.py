"""The commands that prepare, train and evaluate."""

import json

import pytest
from handmade import played_beat, small_corpus, write_cache

from pocket_studio.cli.main import main
from pocket_studio.midi import groove_to_midi

from .command_line import error_of, refused


@pytest.fixture
def small_data(tmp_path):
    """A folder with a training cache of a few tracks, two of them extra."""
    return write_cache(small_corpus(n_extra=2), tmp_path / "data" / "groove.npz").parent


def test_evaluate_writes_every_score_of_a_folder(tmp_path, capsys):
    for number in (1, 2):
        path = tmp_path / f"beat{number}.mid"
        path.write_bytes(groove_to_midi(played_beat(number), repeats=2))
    out = tmp_path / "scores.json"
    no_cache = ("--data", str(tmp_path / "none"))
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


def test_evaluate_prints_scores_and_compares_with_the_training_data(tmp_path, small_data, capsys):
    (tmp_path / "beat.mid").write_bytes(groove_to_midi(played_beat(1), repeats=2))
    assert main(["evaluate", "--midi", str(tmp_path), "--data", str(small_data)]) == 0
    scores = json.loads(capsys.readouterr().out)
    assert scores["n_files"] == 1
    assert 0 < scores["knn"]["note_f1_micro"] <= 1
    assert 0 <= scores["judged_human"] <= 1


def test_evaluate_needs_a_folder_or_a_cache(tmp_path, capsys):
    assert "no folder" in error_of(capsys, "evaluate", "--midi", tmp_path / "missing")
    missing = tmp_path / "none"
    assert "no training cache" in error_of(capsys, "evaluate", "--data", missing)
    assert "no training cache" in error_of(capsys, "evaluate", "table1", "--data", missing)
    assert "not allowed with" in refused(capsys, "evaluate", "--midi", tmp_path, "--split", "0")
    assert "--split" in refused(capsys, "evaluate", "--split", "7")
    assert "the rows are knn, one-step" in error_of(capsys, "evaluate", "table1", "--rows", "gan")


def test_table1_is_measured_and_reported(tmp_path, small_data, capsys):
    results, weights = tmp_path / "results", tmp_path / "classifier.safetensors"
    table = ["evaluate", "table1", "--budget", "fast", "--rows", "knn", "--jobs", "1"]
    places = ["--data", small_data, "--results", results, "--runs", tmp_path / "runs"]
    assert main([*table, *map(str, places), "--classifier", str(weights)]) == 0
    measured = json.loads((results / "fast" / "official.json").read_text())
    assert set(measured["rows"]) == {"knn"}
    assert weights.is_file()
    assert main(["report", "--budget", "fast", "--results", str(results)]) == 0
    assert "K-NN" in (results / "fast" / "README.md").read_text()
    assert f"wrote {weights}" in capsys.readouterr().out
    assert "no results" in error_of(capsys, "report", "--results", results)


def test_a_table_s_settings_are_read_from_a_file(tmp_path, small_data, capsys):
    settings = tmp_path / "table.toml"
    budget = 'name = "tiny"\nepochs = 1\nprior_epochs = 1\nclassifier_epochs = 1\n'
    settings.write_text(f'split = "official"\nseed = 4\nrows = ["knn"]\n[budget]\n{budget}')
    places = ["--data", small_data, "--results", tmp_path, "--runs", tmp_path / "runs"]
    table = ["evaluate", "table1", "--jobs", "1", *map(str, places), "--config", str(settings)]
    assert main([*table, "--split", "0"]) == 0
    measured = json.loads((tmp_path / "tiny" / "0.json").read_text())
    assert set(measured["rows"]) == {"knn"}
    assert (measured["split"], measured["seed"]) == ("0", 4)
    assert measured["budget"] == {
        "name": "tiny",
        "epochs": 1,
        "prior_epochs": 1,
        "classifier_epochs": 1,
    }
    capsys.readouterr()  # the progress bar
    assert "other settings or data" in error_of(capsys, *table, "--split", "0", "--seed", "5")
    settings.write_text("sede = 4")
    assert "table.toml: " in error_of(capsys, *table)


def test_prepare_refuses_another_archive(tmp_path, capsys):
    archive, data = tmp_path / "other.zip", tmp_path / "data"
    archive.write_bytes(b"PK")
    assert "is not groove-v1.0.0-midionly.zip" in error_of(
        capsys, "prepare", "--archive", archive, "--data", data
    )
    assert not data.exists()


def test_prepare_names_a_missing_manifest(tmp_path, capsys):
    message = error_of(capsys, "prepare", "--extra", tmp_path, "--data", tmp_path / "data")
    assert f"cannot read {tmp_path / 'manifest.csv'}" in message


def test_data_need_a_folder(tmp_path, capsys):
    (tmp_path / "file").write_text("")
    for command in ("serve", "prepare", "train", "evaluate"):
        said = refused(capsys, command, "--data", tmp_path / "file")
        assert said.endswith(f"argument --data: {tmp_path / 'file'} is no folder\n")


def test_train_needs_a_cache(tmp_path, capsys):
    assert "pocket_studio prepare" in error_of(capsys, "train", "--data", tmp_path / "none")


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


def test_a_training_that_comes_apart_is_one_line_and_no_checkpoint(tmp_path, small_data, capfd):
    (tmp_path / "wild.toml").write_text("peak_lr = 1e30")
    places = ["--data", str(small_data), "--run", str(tmp_path / "run")]
    assert main(["train", "--config", str(tmp_path / "wild.toml"), *places]) == 1
    said = capfd.readouterr()
    assert said.out == ""
    assert "Traceback" not in said.err
    assert "error: the training came apart: " in said.err.splitlines()[-1]
    assert not (tmp_path / "run" / "pocketvae.safetensors").exists()


def test_train_writes_a_checkpoint_of_what_was_asked_for(tmp_path, small_data, capsys):
    from pocket_studio.model import checkpoint

    out = tmp_path / "out.safetensors"
    steps = ("note", "expression", "latent", "prior")
    asked = {"seed": 3, **{f"{step}-epochs": 1 for step in steps}}
    given = {**asked, "batch-size": 16, "jobs": 1, "run": tmp_path / "run", "out": out}
    flags = [str(text) for flag, value in given.items() for text in (f"--{flag}", value)]
    arguments = ["train", "--data", str(small_data), "--extra", *flags]
    assert main(arguments) == 0
    assert capsys.readouterr().out == f"wrote {out}\n"
    trained = checkpoint.load(out)
    assert trained.training["extra"] is True
    assert trained.training["batch_size"] == 16
    assert {name: trained.training[name.replace("-", "_")] for name in asked} == asked
    latents = {"beat-vel-prior", "beat-time-prior"}
    parts = {"beat-note", "beat-vel", "beat-time", "beat-prior"}
    folders = {path.name for path in (tmp_path / "run").iterdir() if path.is_dir()}
    assert folders == parts | latents
    assert "other settings or data" in error_of(capsys, *arguments, "--seed", "4")
    # The settings stand beside the result and make it again.
    written = out.with_suffix(".toml")
    again = tmp_path / "again.safetensors"
    places = ["--run", str(tmp_path / "again"), "--out", str(again), "--jobs", "1"]
    assert main(["train", "--data", str(small_data), "--config", str(written), *places]) == 0
    assert checkpoint.load(again).training == trained.training
    assert again.with_suffix(".toml").read_text() == written.read_text()
    assert checkpoint.load(again).digest == trained.digest
