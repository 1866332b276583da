import hashlib
import json
from dataclasses import asdict
from pathlib import Path

import pytest

from pocket_studio.errors import CheckpointError
from pocket_studio.model.checkpoint import load
from pocket_studio.performance.controls import DEFAULT_GUIDANCE
from pocket_studio.research.evaluation.beats import OverBeats
from pocket_studio.research.evaluation.config import BUDGETS, Budget
from pocket_studio.research.evaluation.protocol import (
    ROWS,
    Trained,
    rows_of,
    shipped_row,
)
from pocket_studio.research.training.parts import described

TRAINED = Trained(
    "2", Budget("some", epochs=3, prior_epochs=2, classifier_epochs=4), 7, Path("parts")
)
TWO_STEP = ("two-step-vq", "genres", "genres-patterns")


def parts(name):
    return {part.kind: part for part in ROWS[name].parts(TRAINED)}


def test_nothing_is_trained_twice():
    everything = [part for row in ROWS.values() for part in row.parts(TRAINED)]
    by_name = {part.name: part for part in everything}
    assert all(by_name[part.name] == part for part in everything)
    assert len(by_name) == len(set(map(repr, everything))) < len(everything)


def test_rows_share_what_is_the_same():
    assert len({parts(name)["note"].name for name in TWO_STEP}) == 1
    assert len({parts(name)["expression"].name for name in TWO_STEP}) == 3
    assert parts("genres")["prior"] == parts("genres-patterns")["prior"]
    assert parts("two-step-vq")["prior"] != parts("genres")["prior"]
    for name in ("two-step-vae", "codes-256", "codes-1024", "codes-64+64"):
        assert parts(name)["expression"] == parts("two-step-vq")["expression"]
    assert parts("shipped") == parts("shipped-untold")
    assert ROWS["knn"].parts(TRAINED) == ()


def test_all_parts_have_the_split_the_seed_and_the_budget():
    for row in ROWS.values():
        for part in row.parts(TRAINED):
            assert (part.training.split, part.training.seed) == ("2", 7)
            if not part.kind.startswith("beat"):  # it has a budget of its own
                assert part.epochs == (2 if part.kind == "prior" else 3)
    epochs = {part.kind: part.epochs for part in TRAINED.over_beats()}
    assert [epochs[kind] for kind in ("beat_note", "beat_vel", "beat_time")] == [12, 6, 6]
    assert (epochs["beat_prior"], epochs["beat_vel_prior"], epochs["beat_time_prior"]) == (
        6,
        12,
        12,
    )
    assert TRAINED.classifier().epochs == 4


@pytest.mark.parametrize(
    ("name", "genre_dropout", "pattern_dropout"),
    [("two-step-vq", 1, 1), ("genres", 0, 1), ("genres-patterns", 0, 0)],
)
def test_training_shows_what_the_test_shows(name, genre_dropout, pattern_dropout):
    config = parts(name)["expression"].training
    assert (config.genre_dropout, config.pattern_dropout) == (genre_dropout, pattern_dropout)
    assert (config.plain_share, config.span_dropout, config.held_share) == (1, 0, 0)
    assert parts(name)["prior"].training.genre_dropout == genre_dropout
    assert parts(name)["note"].training.genre_dropout == 1  # NOTE does not see it
    assert (ROWS[name].genre, ROWS[name].patterns) == (not genre_dropout, not pattern_dropout)


def test_the_rate_curve_has_more_codes():
    sizes = {
        name: (parts(name)["note"].model.codebook_size, parts(name)["note"].model.detail_size)
        for name in ("two-step-vq", "codes-256", "codes-1024", "codes-64+64")
    }
    assert list(sizes.values()) == [(64, 0), (256, 0), (1024, 0), (64, 64)]


def test_the_rate_curve_is_the_official_split_s_alone():
    assert rows_of("official") == tuple(ROWS)
    for split in ("0", "tracks-0"):
        assert rows_of(split) == tuple(name for name, row in ROWS.items() if row.generates)
    assert {"shipped-64", "codes-256"} < set(ROWS) - set(rows_of("0"))


def test_the_model_that_ships_is_the_checkpoint_in_its_own_split(corpus):
    shipped = load()
    own = Trained(shipped.training["split"], BUDGETS["fast"], 0, Path("parts"))
    for told in (True, False):
        row = shipped_row("shipped", told=told)
        system = row.system(own, corpus)
        assert isinstance(system, OverBeats)
        assert (system.genre, system.patterns) == (told, told)
        assert (system.guidance, system.kept) == (DEFAULT_GUIDANCE, 1)
        assert (row.parts(own), row.checkpoint(own.split)) == ((), shipped.digest)


def test_the_model_that_ships_is_trained_anew_for_another_split(corpus):
    row = ROWS["shipped"]
    assert (row.parts(TRAINED), row.checkpoint("2")) == (TRAINED.over_beats(), "")
    with pytest.raises(CheckpointError):
        row.system(TRAINED, corpus)  # nothing is trained there


def test_the_model_that_ships_has_the_recipe_of_the_checkpoint():
    """At the full budget; but for the split and the seed."""
    full = Trained("2", BUDGETS["full"], 0, Path("parts"))
    (note, *_) = full.over_beats()
    trained = load().training
    settings = asdict(note.training) | {"split": trained["split"], "seed": trained["seed"]}
    assert settings == {name: trained[name] for name in settings}


def test_what_tells_trained_parts_apart_is_what_it_was(corpus):
    """Another description would leave the parts and rows of earlier runs untouched and unused."""
    full = Trained("0", BUDGETS["full"], 0, Path("parts"))
    parts = [*full.two_step(genre=True, patterns=True), full.classifier(), *full.over_beats()]
    text = json.dumps([described(part, corpus) for part in parts])
    assert hashlib.sha256(text.encode()).hexdigest()[:12] == "fd78d39f7e8f"
