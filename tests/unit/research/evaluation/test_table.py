import json
from dataclasses import asdict

import numpy as np
import pytest
import torch

from pocket_studio.errors import BusyError, CheckpointError
from pocket_studio.music.genres import GENRES
from pocket_studio.music.kit import CYMBALS
from pocket_studio.research.evaluation.classifiers import load_classifier, probabilities
from pocket_studio.research.evaluation.protocol import ROWS
from pocket_studio.research.evaluation.results import TableResults
from pocket_studio.research.evaluation.scores import human
from pocket_studio.research.evaluation.table import run_table, save_genre_classifier
from pocket_studio.research.typed import from_json, to_json

from .conftest import measure, table_of, train_here

CHEAP = ("knn", "one-step", "two-step-vae")
TIMES = ("scoring_s", "training_s", "duration_s")


def timeless(values):
    """Leave out of nested results what a clock has measured."""
    if isinstance(values, dict):
        return {name: timeless(value) for name, value in values.items() if name not in TIMES}
    return [timeless(value) for value in values] if isinstance(values, list) else values


@pytest.fixture(scope="module")
def trained(corpus, tmp_path_factory):
    """A folder in which the parts of the cheap rows are trained and nothing is scored."""
    folder = tmp_path_factory.mktemp("trained")
    train_here(table_of(folder), corpus, CHEAP)
    return folder


def run(folder, corpus, rows, report=lambda _: None):
    return run_table(table_of(folder), corpus, folder / "no cache", rows, 1, report)


def test_the_results_say_what_they_are_of(official, official_json):
    json.loads(official_json, parse_constant=pytest.fail)  # no NaN, no infinity
    assert (official["split"], official["seed"]) == ("official", 0)
    assert official["budget"] == {
        "name": "fast",
        "epochs": 1,
        "prior_epochs": 1,
        "classifier_epochs": 1,
    }
    assert official["archive_sha256"] == "made by hand"
    assert official["n_windows"] == {"train": 18, "validation": 6, "test": 6}
    for row in official["rows"].values():
        assert set(row["libraries"]) == {"torch", "numpy", "faiss-cpu"}
        assert row["scoring_s"] >= 0
    assert official["rows"]["knn"]["training_s"] == 0
    assert official["rows"]["genres"]["training_s"] > 0


def test_all_rows_are_scored_on_the_test_windows(official):
    assert set(official["rows"]) == set(ROWS)
    for name, row in official["rows"].items():
        assert row["title"] == ROWS[name].title
        assert row["reconstruction"]["n_windows"] == 6
        assert 0 <= row["reconstruction"]["note_f1"] <= 1


def test_rows_are_scored_on_what_they_can_do(official):
    rows = official["rows"]
    with_new_grooves = {name for name, row in rows.items() if "generation" in row}
    assert with_new_grooves == {name for name, row in ROWS.items() if row.generates}
    for scores, names in (
        ("all_funk", {"genres", "genres-patterns", "shipped"}),
        ("code_counts", {"genres", "genres-patterns", "shipped"}),
        ("control", {"genres-patterns", "shipped"}),
        ("example", {"genres-patterns", "shipped"}),
        ("example_of_a_drum", {"shipped"}),
        ("as_learnt", {"shipped"}),
    ):
        assert {name for name, row in rows.items() if scores in row} == names, scores


def test_bits_are_those_of_the_codebooks(official):
    bits = {name: row.get("bits_per_beat") for name, row in official["rows"].items()}
    assert bits["two-step-vq"] == bits["genres"] == 6
    assert (bits["codes-256"], bits["codes-1024"], bits["codes-64+64"]) == (8, 10, 12)
    assert bits["shipped"] == bits["shipped-untold"] == 18
    assert (bits["shipped-64+64"], bits["shipped-64"]) == (12, 6)
    assert bits["knn"] is bits["one-step"] is bits["two-step-vae"] is None


def test_notes_do_not_depend_on_conditions(official):
    scores = [official["rows"][name]["reconstruction"] for name in ("two-step-vq", "genres")]
    assert scores[0]["note_f1"] == scores[1]["note_f1"]
    assert scores[0]["velocity_mse"] != scores[1]["velocity_mse"]


def test_velocity_and_microtiming_do_not_depend_on_the_notes_module(official):
    vq, vae, codes = (
        official["rows"][name]["reconstruction"]
        for name in ("two-step-vq", "two-step-vae", "codes-256")
    )
    assert vq["velocity_kl"] == vae["velocity_kl"] == codes["velocity_kl"]
    assert vq["note_f1"] != vae["note_f1"]


def test_codes_are_counted_by_genre(official, corpus):
    counts = official["rows"]["genres"]["code_counts"]
    genre = corpus.genre[corpus.indices("official", "test")]
    for number, name in enumerate(GENRES):
        assert len(counts[name]) == 64
        assert sum(counts[name]) == 8 * (genre == number).sum()


def test_the_humans_are_the_bound(official, corpus):
    bound = official["human"]
    assert set(bound["metrical_means"]) == {"jazz", "hiphop"}
    indices = corpus.indices("official", "test")
    hits = corpus.velocity[indices][corpus.genre[indices] == GENRES.index("jazz")][:, ::4]
    assert bound["metrical_means"]["jazz"]["velocity"][0] == pytest.approx(
        hits[hits > 0].mean(), rel=1e-5
    )
    assert 0.5 < bound["template_note_f1_micro"] < 1


def test_the_curves_have_an_epoch_of_each_part(official):
    parts = {part for row in official["rows"].values() for part in row["parts"]}
    assert set(official["curves"]) == parts | {"classifier"}
    for name, curve in official["curves"].items():
        # The model over beats has a budget of its own; the others have one epoch.
        assert len(curve) > 1 if name.startswith("beat-") else len(curve) == 1
        assert all(epoch["score"] > 0 for epoch in curve)


def test_parts_are_trained_in_processes_of_their_own(corpus, cache, tmp_path):
    table = table_of(tmp_path)
    results = run_table(table, corpus, cache, ["knn"], 1)
    assert table.path.read_text() == to_json(results)
    assert set(results.curves) == {"classifier"}


def test_measured_rows_stand(measured, corpus):
    path, reported = table_of(measured).path, []
    before = path.read_bytes()
    run(measured, corpus, tuple(ROWS), reported.append)
    assert (reported, path.read_bytes()) == ([], before)


def test_another_checkpoint_is_scored_anew(measured, corpus, tmp_path):
    (tmp_path / "runs").symlink_to(measured / "runs")
    results = json.loads(table_of(measured).path.read_text())
    assert results["rows"]["shipped-64"]["digest"] != results["rows"]["knn"]["digest"]
    results["rows"]["shipped-64"]["digest"] = "of another"
    path = table_of(tmp_path).path
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(results))
    reported = []
    run(tmp_path, corpus, tuple(ROWS), reported.append)
    assert [line.split(":")[0] for line in reported] == [ROWS["shipped-64"].title]


def test_the_model_that_ships_is_trained_for_a_split_of_its_own(measured):
    results = json.loads(table_of(measured, "0").path.read_text())
    row = results["rows"]["shipped"]
    assert row["training_s"] > 0
    assert row["parts"] == [name for name in results["curves"] if name.startswith("beat-")]
    assert row["reconstruction"]["n_windows"] == 6


def test_a_drum_that_is_painted_alone_moves_alone(official):
    row = official["rows"]["shipped"]
    whole, alone = row["example"], row["example_of_a_drum"]
    assert whole["human"] == alone["human"]
    pushed, laid_back = (np.array(alone[name]) for name in ("pushed", "laid_back"))
    changed = np.abs(pushed - laid_back).sum(axis=0)
    (moved,) = np.flatnonzero(changed)
    assert moved in CYMBALS
    assert pushed[:, moved].sum() < 0 < laid_back[:, moved].sum()


def test_a_run_that_was_killed_goes_on_where_it_was(corpus, trained, tmp_path):
    folder = tmp_path
    (folder / "runs").symlink_to(trained / "runs")

    def killed(line):
        if line.startswith(ROWS["one-step"].title):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(folder, corpus, CHEAP, killed)
    path = table_of(folder).path
    assert list(json.loads(path.read_text())["rows"]) == ["knn", "one-step"]
    assert sorted(path.parent.iterdir()) == [path.with_name(".official.lock"), path]

    reported = []
    resumed = run(folder, corpus, CHEAP, reported.append)
    assert [line.split(":")[0] for line in reported] == [ROWS["two-step-vae"].title]
    path.unlink()  # without it all is scored again, and nothing trained: there is no cache
    assert timeless(asdict(run(folder, corpus, CHEAP))) == timeless(asdict(resumed))


def test_rows_can_be_added_later(corpus, trained, tmp_path):
    (tmp_path / "runs").symlink_to(trained / "runs")
    assert list(run(tmp_path, corpus, ["one-step"]).rows) == ["one-step"]
    results = run(tmp_path, corpus, ["knn"])
    assert list(results.rows) == ["knn", "one-step"]  # in the table's order
    assert set(results.curves) == {"classifier", "one-step"}
    assert table_of(tmp_path).path.read_text() == to_json(results)


def test_one_seed_gives_one_result(corpus, measured, tmp_path):
    again = measure(table_of(tmp_path, "1"), corpus, ("knn", "one-step"))
    before = from_json(TableResults, table_of(measured, "1").path.read_text())
    assert timeless(asdict(again)) == timeless(asdict(before))


def test_rows_scored_in_processes_of_their_own_are_the_same(corpus, cache, trained, tmp_path):
    (tmp_path / "runs").symlink_to(trained / "runs")
    together = run_table(table_of(tmp_path), corpus, cache, CHEAP, 2)
    (tmp_path / "results").rename(tmp_path / "before")
    assert timeless(asdict(run(tmp_path, corpus, CHEAP))) == timeless(asdict(together))
    assert list(together.rows) == list(CHEAP)


def test_two_runs_never_work_on_one_table(corpus, trained, tmp_path):
    (tmp_path / "runs").symlink_to(trained / "runs")

    def second(_line):
        with pytest.raises(BusyError, match="another run is at work"):
            run(tmp_path, corpus, CHEAP)

    assert list(run(tmp_path, corpus, ["knn"], second).rows) == ["knn"]


def test_other_settings_are_refused(corpus, measured):
    path = table_of(measured).path
    before = path.read_bytes()
    with pytest.raises(CheckpointError, match="other settings or data: remove it"):
        run_table(table_of(measured, seed=1), corpus, measured, ["knn"], 1)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "is damaged"),
        ("[]", "is damaged"),
        ('{"split": "official"}', "budget: Field required"),
    ],
)
def test_damaged_results_are_refused(corpus, tmp_path, content, message):
    table = table_of(tmp_path)
    table.path.parent.mkdir(parents=True)
    table.path.write_text(content)
    with pytest.raises(CheckpointError, match=message):
        run_table(table, corpus, tmp_path, ["knn"], 1)
    assert table.path.read_text() == content


def test_the_genre_classifier_can_be_kept(corpus, measured, tmp_path):
    path = tmp_path / "classifier.safetensors"
    table = table_of(measured)
    save_genre_classifier(table, path)
    classifier = load_classifier(path, len(GENRES))
    indices = corpus.indices("official", "test")
    found = probabilities(classifier, human(corpus, indices)).argmax(-1)
    right = float((found == corpus.genre[indices]).mean())
    assert right == json.loads(table.path.read_text())["human"]["genre_accuracy"]
    assert np.isfinite(torch.cat([p.flatten() for p in classifier.parameters()]).sum().item())
