import csv
from dataclasses import replace

import pytest
import torch
from handmade import small_corpus
from torch import nn

from pocket_studio.errors import CheckpointError, TrainingError
from pocket_studio.research.training import loop
from pocket_studio.research.training.config import TrainingConfig
from pocket_studio.research.training.loop import (
    LOG_NAME,
    MAX_GRADIENT_NORM,
    Phase,
    one_cycle,
    run_phase,
    state_path,
    training_windows,
)
from pocket_studio.research.training.state import load_best

CONFIG = TrainingConfig(batch_size=7, seed=5)  # three batches, the last one smaller
N_TRAINED = 18


def small_phase(epochs=4, scores=None):
    """A phase that learns a window's mean velocity from its notes; `scores` replace its own."""
    torch.manual_seed(0)
    layer = nn.Sequential(nn.Flatten(), nn.Dropout(0.2), nn.Linear(32 * 7, 1))
    seen = iter(scores or ())

    def loss(batch, progress, generator):
        assert 0 <= progress < 1
        noise = torch.randn(len(batch.note), generator=generator)
        error = layer(batch.note)[:, 0] - batch.velocity.mean((1, 2)) + 0.01 * noise
        return error.square().mean(), {"error": error.square().mean()}

    def validate():
        assert not layer.training
        return {"score": next(seen) if scores else float(layer[2].weight.detach().abs().sum())}

    return Phase(nn.ModuleDict({"layer": layer}), epochs, loss, validate)


@pytest.fixture(scope="module")
def corpus():
    return small_corpus(n_extra=2)


def run(folder, corpus, config=CONFIG, on_windows=lambda _: None, **choices):
    """Run a small phase; return the phase and its log without durations."""
    phase = small_phase(**choices)
    run_phase(phase, corpus, config, folder, on_windows)
    rows = list(csv.DictReader((folder / LOG_NAME).read_text().splitlines()))
    for row in rows:
        assert float(row.pop("duration_s")) >= 0
    return phase, rows


def weights(phase):
    return {name: tensor.tolist() for name, tensor in phase.modules.state_dict().items()}


@pytest.fixture(scope="module")
def unbroken(corpus, tmp_path_factory):
    return run(tmp_path_factory.mktemp("unbroken"), corpus)


def test_one_cycle_rises_and_falls():
    factors = [one_cycle(step / 100) for step in range(101)]
    assert factors[0] == pytest.approx(0.05)
    assert factors[10] == pytest.approx(1.0)
    assert factors[100] == pytest.approx(0.0)
    assert factors[:11] == sorted(factors[:11])
    assert factors[10:] == sorted(factors[10:], reverse=True)


def test_the_log_has_a_row_an_epoch(unbroken):
    phase, rows = unbroken
    assert [row["epoch"] for row in rows] == ["1", "2", "3", "4"]
    assert set(rows[0]) == {"epoch", "error", "score"}
    assert not phase.modules.training


def test_extra_windows_are_trained_on_when_asked(corpus):
    extra = corpus.indices("official", "extra")
    assert len(extra) == 6
    assert len(training_windows(corpus, CONFIG)) == N_TRAINED
    both = training_windows(corpus, replace(CONFIG, extra=True))
    assert sorted(both) == sorted([*training_windows(corpus, CONFIG), *extra])


def test_one_seed_gives_one_result(corpus, unbroken, tmp_path):
    phase, rows = run(tmp_path, corpus)
    assert weights(phase) == weights(unbroken[0])
    assert rows == unbroken[1]


def test_another_seed_gives_another_result(corpus, unbroken, tmp_path):
    phase, _ = run(tmp_path, corpus, replace(CONFIG, seed=6))
    assert weights(phase) != weights(unbroken[0])


def kill_at(monkeypatch, epoch, where):
    """Let the run be interrupted as it saves `epoch`."""
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


@pytest.mark.parametrize("where", ["before the state is saved", "after"])
@pytest.mark.parametrize("epoch", [1, 2, 4])
def test_a_killed_run_ends_as_if_unbroken(corpus, unbroken, tmp_path, monkeypatch, where, epoch):
    with monkeypatch.context() as patch:
        kill_at(patch, epoch, where)
        with pytest.raises(KeyboardInterrupt):
            run(tmp_path, corpus)
    phase, rows = run(tmp_path, corpus)
    assert weights(phase) == weights(unbroken[0])
    assert rows == unbroken[1]


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
@pytest.mark.parametrize("what", ["loss", "validation score"])
def test_a_training_that_comes_apart_ends_and_keeps_what_was_before(corpus, tmp_path, what, value):
    scores = [0.5, value if what == "validation score" else 0.4]
    phase = small_phase(scores=scores)

    def loss(batch, progress, generator):
        error, logged = phase.loss(batch, progress, generator)
        return (error * value if what == "loss" and progress > 0.3 else error), logged

    with pytest.raises(TrainingError, match=rf"the {what} is {value} in epoch 2; .*lower peak_lr"):
        run_phase(replace(phase, loss=loss), corpus, CONFIG, tmp_path, lambda _: None)
    best, progress = load_best(state_path(tmp_path))
    assert len(progress["history"]) == 1
    assert all(tensor.isfinite().all() for tensor in best.values())


def test_every_epoch_has_an_order_of_its_own(corpus, tmp_path, monkeypatch):
    original, orders = loop.batches, []

    def spy(*arguments):
        orders.append(arguments[-1].initial_seed())
        return original(*arguments)

    monkeypatch.setattr(loop, "batches", spy)
    run(tmp_path, corpus)
    assert len(set(orders)) == 4


def test_windows_are_counted_whole_runs_and_resumed_ones(corpus, tmp_path, monkeypatch):
    counted = []
    with monkeypatch.context() as patch:
        kill_at(patch, 2, "after")
        with pytest.raises(KeyboardInterrupt):
            run(tmp_path, corpus, on_windows=counted.append)
    assert counted == [0, *[7, 7, 4] * 2]
    counted.clear()
    run(tmp_path, corpus, on_windows=counted.append)
    assert counted == [2 * N_TRAINED, *[7, 7, 4] * 2, 0]
    counted.clear()
    run(tmp_path, corpus, on_windows=counted.append)  # it is finished
    assert counted == [4 * N_TRAINED, 0]


def test_training_stops_without_improvement_and_keeps_the_best(corpus, tmp_path):
    counted = []
    config = replace(CONFIG, patience=2)
    scores = [3.0, 1.0, 2.0, 2.0, 0.0]
    phase, rows = run(tmp_path / "all", corpus, config, counted.append, epochs=9, scores=scores)
    assert [float(row["score"]) for row in rows] == scores[:4]
    assert sum(counted) == 9 * N_TRAINED  # what is left out counts as done
    with pytest.raises(StopIteration):  # there is no third score
        run(tmp_path / "until then", corpus, config, epochs=9, scores=scores[:2])
    best, _ = load_best(state_path(tmp_path / "until then"))
    assert weights(phase) == {name: tensor.tolist() for name, tensor in best.items()}


@pytest.mark.parametrize(("settled", "kept"), [(0.0, 1), (0.25, 3), (0.75, 4), (1.0, 4)])
def test_epochs_before_the_loss_has_settled_are_not_kept(corpus, tmp_path, settled, kept):
    phase, after_epoch = small_phase(scores=[0.0, 2.0, 1.0, 3.0]), []

    def validate():
        after_epoch.append(weights(phase))
        return phase.validate()

    run_phase(
        replace(phase, validate=validate, settled=settled), corpus, CONFIG, tmp_path, lambda _: None
    )
    assert weights(phase) == after_epoch[kept - 1]


def test_a_stopped_run_stays_stopped(corpus, tmp_path):
    config = replace(CONFIG, patience=1)
    first, _ = run(tmp_path, corpus, config, scores=[1.0, 2.0])
    again, rows = run(tmp_path, corpus, config, scores=[0.0, 0.0])
    assert weights(again) == weights(first)
    assert len(rows) == 2


def test_gradients_are_clipped_module_by_module(corpus, tmp_path, monkeypatch):
    """A huge gradient of one module leaves the other's as it is."""
    torch.manual_seed(0)
    modules = nn.ModuleDict({"loud": nn.Linear(7, 1), "quiet": nn.Linear(7, 1)})

    def loss(batch, _progress, _generator):
        heard = batch.note.mean(1)
        total = 1e6 * modules["loud"](heard).sum() + 1e-3 * modules["quiet"](heard).sum()
        return total, {}

    norms = []
    step = torch.optim.Adam.step

    def spy(optimizer):
        norms.append(
            {
                name: nn.utils.get_total_norm([p.grad for p in module.parameters()]).item()
                for name, module in modules.items()
            }
        )
        return step(optimizer)

    monkeypatch.setattr(torch.optim.Adam, "step", spy)
    phase = Phase(modules, 1, loss, lambda: {"score": 0.0})
    run_phase(phase, corpus, CONFIG, tmp_path, lambda _: None)
    for norm in norms:
        assert norm["loud"] == pytest.approx(MAX_GRADIENT_NORM, rel=1e-3)
        assert 1e-3 < norm["quiet"] < 0.1


def test_another_model_cannot_resume(corpus, tmp_path):
    run(tmp_path, corpus)
    other = Phase(nn.ModuleDict({"layer": nn.Linear(3, 1)}), 4, None, None)
    with pytest.raises(CheckpointError, match="cannot resume"):
        run_phase(other, corpus, CONFIG, tmp_path, lambda _: None)


def test_a_damaged_state_is_one_line(corpus, tmp_path):
    run(tmp_path, corpus)
    path = state_path(tmp_path)
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(CheckpointError, match="remove it to train from the start") as caught:
        run(tmp_path, corpus)
    assert "\n" not in str(caught.value)
