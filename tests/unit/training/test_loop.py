import csv
import json
from dataclasses import asdict, replace

import pytest
import torch
from handmade import TINY, small_corpus

from pocket_studio.errors import CheckpointError
from pocket_studio.training import loop
from pocket_studio.training.config import TrainingConfig
from pocket_studio.training.loop import one_cycle, train

CONFIG = TrainingConfig(epochs=3, prior_epochs=2, batch_size=8, seed=5)


@pytest.fixture(scope="module")
def corpus():
    return small_corpus()


@pytest.fixture(scope="module")
def unbroken(corpus, tmp_path_factory):
    """A whole run: the folder and the checkpoint."""
    run_dir = tmp_path_factory.mktemp("unbroken")
    return run_dir, train(corpus, CONFIG, run_dir, TINY)


def assert_same(one, other):
    for name, tensor in one.model.state_dict().items():
        assert torch.equal(tensor, other.model.state_dict()[name]), name
    assert one.note_threshold == other.note_threshold
    assert one.code_usage == other.code_usage
    assert one.training == other.training


def test_one_cycle_rises_and_falls():
    factors = [one_cycle(step / 100) for step in range(101)]
    assert factors[0] == pytest.approx(0.05)
    assert factors[10] == pytest.approx(1.0)
    assert factors[100] == pytest.approx(0.0)
    assert factors[:11] == sorted(factors[:11])
    assert factors[10:] == sorted(factors[10:], reverse=True)


def test_a_run_keeps_its_log_and_configuration(unbroken):
    run_dir, trained = unbroken
    for name, n_epochs in (("modules", 3), ("prior", 2)):
        rows = list(csv.DictReader((run_dir / f"{name}.csv").read_text().splitlines()))
        assert [row["epoch"] for row in rows] == [str(n + 1) for n in range(n_epochs)]
        assert all(float(row["score"]) > 0 for row in rows)
        assert trained.training[f"{name}_epochs_run"] == n_epochs
    config = json.loads((run_dir / "config.json").read_text())
    assert config == {**asdict(CONFIG), "archive_sha256": "made by hand"}
    assert not trained.model.training


def test_one_seed_gives_one_result(corpus, unbroken, tmp_path):
    assert_same(train(corpus, CONFIG, tmp_path, TINY), unbroken[1])


def test_another_seed_gives_another_result(corpus, unbroken, tmp_path):
    other = train(corpus, replace(CONFIG, seed=6, epochs=1, prior_epochs=1), tmp_path, TINY)
    weights = unbroken[1].model.skel.project.weight
    assert not torch.equal(other.model.skel.project.weight, weights)


@pytest.mark.parametrize("where", ["before the state is saved", "after"])
@pytest.mark.parametrize("epoch", [1, 2, 4])
def test_a_killed_run_ends_as_if_unbroken(corpus, unbroken, tmp_path, monkeypatch, where, epoch):
    original = loop.save_state
    calls = []

    def killed(*arguments):
        calls.append(arguments)
        if len(calls) == epoch and where == "before the state is saved":
            raise KeyboardInterrupt
        original(*arguments)
        if len(calls) == epoch:
            raise KeyboardInterrupt

    monkeypatch.setattr(loop, "save_state", killed)
    with pytest.raises(KeyboardInterrupt):
        train(corpus, CONFIG, tmp_path, TINY)
    monkeypatch.setattr(loop, "save_state", original)
    assert_same(train(corpus, CONFIG, tmp_path, TINY), unbroken[1])
    for name in ("modules.csv", "prior.csv"):
        assert (tmp_path / name).read_text() == (unbroken[0] / name).read_text()


def test_every_epoch_has_an_order_of_its_own(corpus, tmp_path, monkeypatch):
    original, orders = loop.batches, []

    def spy(*arguments):
        orders.append(arguments[-1].initial_seed())
        return original(*arguments)

    monkeypatch.setattr(loop, "batches", spy)
    train(corpus, CONFIG, tmp_path, TINY)
    assert len(set(orders[: CONFIG.epochs])) == CONFIG.epochs


def test_a_finished_run_is_not_trained_again(corpus, unbroken, monkeypatch):
    def fail(*_):
        raise AssertionError("trained again")

    monkeypatch.setattr(loop, "_epoch", fail)
    assert_same(train(corpus, CONFIG, unbroken[0], TINY), unbroken[1])


@pytest.mark.parametrize("change", [{"seed": 6}, {"epochs": 4}, {"peak_lr": 1e-3}], ids=str)
def test_another_configuration_does_not_enter_the_folder(corpus, unbroken, change):
    run_dir, _ = unbroken
    before = {path.name: path.read_bytes() for path in run_dir.iterdir()}
    with pytest.raises(CheckpointError, match="another configuration"):
        train(corpus, replace(CONFIG, **change), run_dir, TINY)
    assert {path.name: path.read_bytes() for path in run_dir.iterdir()} == before


def test_other_data_do_not_enter_the_folder(corpus, unbroken):
    with pytest.raises(CheckpointError, match="another configuration"):
        train(replace(corpus, archive_sha256="other"), CONFIG, unbroken[0], TINY)


def test_a_model_of_other_sizes_cannot_resume(corpus, unbroken):
    with pytest.raises(CheckpointError, match="cannot resume"):
        train(corpus, CONFIG, unbroken[0], replace(TINY, skel_size=9))


def test_training_stops_without_improvement_and_keeps_the_best(corpus, tmp_path, monkeypatch):
    scores = iter([3.0, 1.0, 2.0, 2.0, 2.0])
    seen = []

    def validate(model, *_):
        score = next(scores)
        seen.append((score, model.vel.output.weight.clone()))
        return {"score": score}

    monkeypatch.setattr(loop, "validate_modules", validate)
    config = replace(CONFIG, epochs=9, prior_epochs=1, patience=2)
    trained = train(corpus, config, tmp_path, TINY)
    assert [score for score, _ in seen] == [3.0, 1.0, 2.0, 2.0]
    assert trained.training["modules_epochs_run"] == 4
    assert torch.equal(trained.model.vel.output.weight, seen[1][1])
