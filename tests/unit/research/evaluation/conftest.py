"""Table 1 of a small corpus, trained for an epoch: real results, quickly."""

import json

import pytest
import torch
from handmade import TINY_BEATS, small_corpus, write_cache
from matplotlib.figure import Figure

from pocket_studio.model.pocket_vae import BeatPocketVAE
from pocket_studio.music.genres import GENRES
from pocket_studio.research.baselines.groove_classifier import GrooveClassifier
from pocket_studio.research.evaluation.config import BUDGETS
from pocket_studio.research.evaluation.protocol import ROWS
from pocket_studio.research.evaluation.results import TableResults
from pocket_studio.research.evaluation.table import Table, run_table
from pocket_studio.research.training.parts import train_part
from pocket_studio.research.typed import from_plain


def table_of(folder, split="official", **others):
    places = {"results_dir": folder / "results", "runs_dir": folder / "runs"}
    return Table(split, BUDGETS["fast"], **places, **others)


def train_here(table, corpus, rows):
    """Train what `rows` need in this process, which is quicker than to start others."""
    torch.set_num_threads(1)
    trained = table.trained
    for part in (trained.classifier(), *(p for name in rows for p in ROWS[name].parts(trained))):
        train_part(part, corpus, trained.parts_dir)


def measure(table, corpus, rows):
    """Train and score `rows`."""
    train_here(table, corpus, rows)
    return run_table(table, corpus, table.runs_dir / "no cache is needed", rows, 1)


def typed(official):
    """Return the results that JSON values stand for."""
    return from_plain(TableResults, official)


def at(key):
    """A score of results that stand for a few numbers by name."""
    return lambda results: results.get(key)


def drawn(drawing, official):
    figure = Figure()
    drawing.draw(figure, drawing.shown(typed(official)))
    return figure


def lines_of(axes):
    return {line.get_label(): list(line.get_ydata()) for line in axes.lines}


@pytest.fixture(scope="session")
def classifier():
    """A genre classifier that has learnt nothing."""
    torch.manual_seed(0)
    return GrooveClassifier(len(GENRES)).eval()


@pytest.fixture(scope="session")
def untrained():
    """A tiny model over beats that has learnt nothing."""
    torch.set_num_threads(1)
    torch.manual_seed(0)
    return BeatPocketVAE(TINY_BEATS).eval()


@pytest.fixture(scope="session")
def corpus():
    return small_corpus()


@pytest.fixture(scope="session")
def cache(corpus, tmp_path_factory):
    return write_cache(corpus, tmp_path_factory.mktemp("data") / "groove.npz")


@pytest.fixture(scope="session")
def measured(corpus, tmp_path_factory):
    """A folder with the official split's table, whole, and some rows of two by session."""
    folder = tmp_path_factory.mktemp("table1")
    measure(table_of(folder), corpus, tuple(ROWS))
    measure(table_of(folder, "0"), corpus, ("knn", "one-step", "shipped"))
    measure(table_of(folder, "1"), corpus, ("knn", "one-step"))
    return folder


@pytest.fixture(scope="session")
def official_json(measured):
    return (measured / "results" / "fast" / "official.json").read_text()


@pytest.fixture
def official(official_json):
    """The official split's results as they stand in the file, to be changed at will."""
    return json.loads(official_json)
