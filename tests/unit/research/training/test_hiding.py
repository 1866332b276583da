from dataclasses import replace

import numpy as np
import pytest
import torch
from handmade import small_corpus

from pocket_studio.music.genres import GENRES, NO_GENRE
from pocket_studio.music.patterns import AUTO, N_MICROTIMING_CLASSES, N_VELOCITY_CLASSES
from pocket_studio.research.corpus.batch import Batch, batches
from pocket_studio.research.training.config import TrainingConfig
from pocket_studio.research.training.hiding import hide, without_conditions

SHOWN = TrainingConfig(plain_share=1.0, genre_dropout=0.0, pattern_dropout=0.0, span_dropout=0.0)
HIDDEN = replace(SHOWN, plain_share=0.0)


@pytest.fixture(scope="module")
def batch():
    """The 30 windows of a small corpus, 20 times over."""
    once = next(batches(small_corpus(), np.arange(30), 30))
    return Batch(**{name: t.repeat(20, *[1] * (t.ndim - 1)) for name, t in vars(once).items()})


def hidden(batch, config, seed=0):
    return hide(batch, config, torch.Generator().manual_seed(seed))


def share(coins):
    return coins.float().mean().item()


def test_hiding_depends_on_the_generator_alone(batch):
    first, again, other = (hidden(batch, TrainingConfig(), seed) for seed in (1, 1, 2))
    for name, tensor in vars(first).items():
        assert torch.equal(tensor, getattr(again, name))
    for name in ("template", "velocity_pattern", "microtiming_pattern", "genre"):
        assert not torch.equal(getattr(first, name), getattr(other, name))


def test_the_batch_itself_and_what_is_to_be_learnt_do_not_change(batch):
    before = {name: tensor.clone() for name, tensor in vars(batch).items()}
    after = hidden(batch, TrainingConfig(plain_share=0.0, genre_dropout=1.0, pattern_dropout=1.0))
    for name, tensor in before.items():
        assert torch.equal(getattr(batch, name), tensor)
    for name in ("note", "velocity", "microtiming"):
        assert torch.equal(getattr(after, name), before[name])


def test_templates_are_subsets_of_the_template_or_the_notes(batch):
    template = hidden(batch, HIDDEN).template
    assert set(template.unique().tolist()) == {0.0, 1.0}
    of_template = (template <= batch.template).flatten(1).all(1)
    of_notes = (template <= batch.note).flatten(1).all(1)
    assert (of_template | of_notes).all()
    assert (~of_template).any()  # some start from the notes as played
    assert (~of_notes).any()  # and some do not


def test_templates_are_reduced_in_every_way(batch):
    template, whole = hidden(batch, HIDDEN).template, batch.template
    bars = template.unflatten(1, (2, 16)).sum((2, 3))
    assert share(template.flatten(1).sum(1) == 0) > 0.08  # nothing at all
    assert ((bars[:, 0] == 0) & (bars[:, 1] > 5)).any()  # an empty first bar
    assert ((bars[:, 1] == 0) & (bars[:, 0] > 5)).any()  # or second
    drums, all_drums = template.any(1).sum(1), whole.any(1).sum(1)
    assert (drums == 1).any()  # one drum alone
    assert ((drums == all_drums) & (template.sum((1, 2)) < whole.sum((1, 2)))).any()  # thinned


@pytest.mark.parametrize("plain_share", [0.0, 0.5, 1.0])
def test_plain_share_of_the_templates_is_untouched(batch, plain_share):
    template = hidden(batch, replace(HIDDEN, plain_share=plain_share)).template
    untouched = share((template == batch.template).flatten(1).all(1))
    by_chance = share((hidden(batch, HIDDEN).template == batch.template).flatten(1).all(1))
    assert 0.08 < by_chance < 0.3  # no way of reducing is taken always
    assert untouched == pytest.approx(plain_share + (1 - plain_share) * by_chance, abs=0.08)


@pytest.mark.parametrize("dropout", [0.0, 0.3, 1.0])
def test_genres_are_dropped(batch, dropout):
    genre = hidden(batch, replace(SHOWN, genre_dropout=dropout)).genre
    assert genre.min() >= NO_GENRE
    assert genre.max() < len(GENRES)
    had_one = batch.genre != NO_GENRE
    dropped = genre == NO_GENRE
    assert share(dropped[had_one]) == pytest.approx(dropout, abs=0.08)
    assert torch.equal(genre[~dropped], batch.genre[~dropped])


PATTERNS = pytest.mark.parametrize(
    ("name", "n_classes"),
    [("velocity_pattern", N_VELOCITY_CLASSES), ("microtiming_pattern", N_MICROTIMING_CLASSES)],
)


@PATTERNS
def test_hidden_patterns_stay_in_range(batch, name, n_classes):
    pattern = getattr(hidden(batch, TrainingConfig()), name)
    assert pattern.shape == (600, 32)
    assert set(pattern.unique().tolist()) == set(range(AUTO, n_classes))


@PATTERNS
def test_nothing_is_hidden_when_told_not_to(batch, name, n_classes):
    assert n_classes
    pattern, truth = getattr(hidden(batch, SHOWN), name), getattr(batch, name)
    painted = truth != AUTO
    assert torch.equal(pattern[painted], truth[painted])
    held = (pattern != truth).any(1)
    assert share(held) == pytest.approx(SHOWN.held_share, abs=0.1)
    assert (pattern[held] != AUTO).all()  # painted through the rests, around the loop


@PATTERNS
def test_a_held_class_is_the_last_one_painted(batch, name, n_classes):
    assert n_classes
    pattern, truth = getattr(hidden(batch, SHOWN), name), getattr(batch, name)
    for row, true_row in zip(pattern.tolist(), truth.tolist(), strict=True):
        if row != true_row:
            for step, value in enumerate(row):
                back = next(s for s in range(step, step - 32, -1) if true_row[s] != AUTO)
                assert value == true_row[back]


@PATTERNS
@pytest.mark.parametrize("dropout", [0.35, 1.0])
def test_whole_patterns_are_dropped(batch, name, n_classes, dropout):
    assert n_classes
    pattern = getattr(hidden(batch, replace(SHOWN, pattern_dropout=dropout)), name)
    assert share((pattern == AUTO).all(1)) == pytest.approx(dropout, abs=0.08)


@PATTERNS
def test_spans_of_patterns_are_dropped(batch, name, n_classes):
    assert n_classes
    pattern = getattr(hidden(batch, replace(SHOWN, span_dropout=1.0)), name)
    lost = (pattern == AUTO) & (getattr(batch, name) != AUTO)
    assert share(lost.any(1)) > 0.9
    assert share((pattern == AUTO).all(1)) < 0.2
    assert 0.3 < share(lost) / share(getattr(batch, name) != AUTO) < 0.7


def test_the_two_patterns_are_hidden_independently(batch):
    both = hidden(batch, replace(SHOWN, pattern_dropout=0.5))
    v = (both.velocity_pattern == AUTO).all(1)
    m = (both.microtiming_pattern == AUTO).all(1)
    assert share(v & m) == pytest.approx(0.25, abs=0.08)


@PATTERNS
@pytest.mark.parametrize("held_share", [0.0, 1.0])
def test_patterns_are_held_as_often_as_told(batch, name, n_classes, held_share):
    assert n_classes
    pattern = getattr(hidden(batch, replace(SHOWN, held_share=held_share)), name)
    truth = getattr(batch, name)
    with_rests = (truth == AUTO).any(1) & (truth != AUTO).any(1)
    assert share(with_rests) > 0.9
    assert share((pattern != truth).any(1)[with_rests]) == held_share


def test_what_is_known_does_not_change(batch):
    after = hidden(batch, TrainingConfig())
    for name in ("velocity_known", "microtiming_known"):
        assert torch.equal(getattr(after, name), getattr(batch, name))


@pytest.mark.parametrize(("genre", "patterns"), [(True, True), (True, False), (False, True)])
def test_a_corpus_without_conditions(genre, patterns):
    corpus = small_corpus()
    seen = without_conditions(corpus, genre=genre, patterns=patterns)
    assert (seen.genre == NO_GENRE).all() == genre
    for name in ("velocity_pattern", "microtiming_pattern"):
        assert (getattr(seen, name) == AUTO).all() == patterns
    changed = {
        name
        for name, value in vars(corpus).items()
        if not np.array_equal(getattr(seen, name), value)
    }
    expected = ["genre"] * genre + ["velocity_pattern", "microtiming_pattern"] * patterns
    assert changed == set(expected)
