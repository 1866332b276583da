import json
from dataclasses import replace
from math import log
from pathlib import Path

import pytest

from pocket_studio.errors import CheckpointError, MissingPartError
from pocket_studio.research.evaluation.splits import (
    Group,
    Measured,
    groups_of,
    of_row,
    read_results,
)

from .conftest import at, typed

SETTINGS = {
    "budget": {"name": "fast", "epochs": 1, "prior_epochs": 1, "classifier_epochs": 1},
    "seed": 0,
    "archive_sha256": "made by hand",
    "n_windows": {"train": 1, "validation": 1, "test": 1},
    "rows": {},
    "curves": {},
}
COMMITTED = Path(__file__).parents[4] / "docs" / "results"


def write(folder, split, **changes):
    path = folder / "fast" / f"{split}.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps({**SETTINGS, "split": split, **changes}))
    return path


def test_splits_are_read_in_their_order(tmp_path):
    for split in ("3", "0", "official"):
        write(tmp_path, split)
    (tmp_path / "fast" / "notes.json").write_text("{")  # no split
    assert list(read_results(tmp_path, "fast")) == ["official", "0", "3"]


def test_splits_of_two_kinds_are_never_averaged(tmp_path):
    for split in ("official", "0", "1", "tracks-3"):
        write(tmp_path, split)
    groups = groups_of(read_results(tmp_path, "fast"))
    assert {group.title: list(group.splits) for group in groups} == {
        "By session": ["0", "1"],
        "Official split": ["official"],
        "By track": ["tracks-3"],
    }


def test_a_group_without_splits_is_left_out(tmp_path):
    write(tmp_path, "4")
    (group,) = groups_of(read_results(tmp_path, "fast"))
    assert list(group.splits) == ["4"]


def test_means_and_sample_deviations():
    group = Group("", {"0": {"a": 1.0}, "1": {"a": 4.0}})
    assert group.measured(at("a")) == [Measured(2.5, pytest.approx(3 / 2**0.5), ("0", "1"))]


def test_one_split_has_no_deviation():
    assert Group("", {"0": {"a": 2.0}}).measured(at("a")) == [Measured(2.0, None, ("0",))]


def test_scores_are_of_the_splits_that_have_them_all():
    group = Group("", {"0": {"a": 1.0, "b": 10.0}, "1": {"a": 3.0}, "2": {"a": 5.0, "b": None}})
    assert [each.mean for each in group.measured(at("a"))] == [3.0]
    assert group.measured(at("a"))[0].splits == ("0", "1", "2")
    assert [each.mean for each in group.measured(at("a"), at("b"))] == [1.0, 10.0]
    assert group.measured(at("c")) == []


def test_a_paired_difference_has_the_error_of_its_mean():
    group = Group("", {"0": {"a": 1.0, "b": 2.0}, "1": {"a": 5.0, "b": 2.0}, "2": {"a": 9.0}})
    found = group.paired(at("a"), at("b"))
    assert (found.mean, found.standard_error) == pytest.approx((1.0, 2.0))
    assert not found.is_clear
    squared = group.paired(at("a"), at("b"), lambda score: score**2)
    assert squared.mean == pytest.approx((-3 + 21) / 2)
    assert Group("", {"0": {"a": 1.0, "b": 2.0}}).paired(at("a"), at("b")) is None


def test_a_row_that_is_not_measured_has_no_score(official):
    f1 = of_row("knn", lambda row: row.reconstruction.note_f1)
    assert f1(typed(official)) == official["rows"]["knn"]["reconstruction"]["note_f1"]
    assert f1(replace(typed(official), rows={})) is None


def test_what_is_committed_is_read():
    """Also by code that has learnt to measure more since."""
    for folder in COMMITTED.iterdir():
        assert read_results(COMMITTED, folder.name)


def test_the_rate_of_the_vae_is_its_last_divergence(tmp_path, official):
    epoch = {"epoch": 1, "duration_s": 1.0, "score": 0.5}
    kl = 8 * 5 * log(2)  # of eight beats, five bits each
    curve = [epoch | {"note_kl": 99.0}, epoch | {"note_kl": kl}]
    rows = {name: official["rows"][name] for name in ("knn", "two-step-vae")}
    write(tmp_path, "0", rows=rows, curves={"note-vae": curve})
    results = read_results(tmp_path, "fast")["0"]
    assert results.rows["two-step-vae"].bits_per_beat == pytest.approx(5)
    assert results.rows["knn"].bits_per_beat is None


def test_no_results(tmp_path):
    write(tmp_path, "0")
    with pytest.raises(MissingPartError, match=r"no results in .*full.*evaluate table1"):
        read_results(tmp_path, "full")


@pytest.mark.parametrize("content", ["{", "[]", "3", '{"split": "0"}', '{"rows": [], "curves": 1}'])
def test_damaged_results(tmp_path, content):
    write(tmp_path, "0").write_text(content)
    with pytest.raises(CheckpointError, match=r"0\.json does not hold results of table1"):
        read_results(tmp_path, "fast")


@pytest.mark.parametrize(
    "change",
    [{"seed": 1}, {"archive_sha256": "other"}, {"budget": SETTINGS["budget"] | {"epochs": 9}}],
)
def test_splits_of_other_settings_are_not_mixed(tmp_path, change):
    write(tmp_path, "official")
    write(tmp_path, "2", **change)
    with pytest.raises(CheckpointError, match="splits official and 2 are not of one budget"):
        read_results(tmp_path, "fast")
