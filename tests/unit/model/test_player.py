"""The numpy player plays what the torch modules play."""

import numpy as np
import pytest
import torch
from handmade import DETAILED, TINY

from pocket_studio.model.conditions import one_hot_or_zeros
from pocket_studio.model.config import N_GENRES, PATTERN_CLASSES
from pocket_studio.model.note import Codes
from pocket_studio.model.player import SAMPLED, Player

pytestmark = pytest.mark.parametrize("window", [0, 3, 5])
CLOSE = {"abs": 2e-5}


@pytest.fixture
def player(model):
    return Player(model)


@pytest.fixture
def template(batch, window):
    return batch.template[window].numpy()


@pytest.fixture
def h_p(player, template):
    return player.skel_p(template)


@pytest.fixture
def genre(batch, window):
    return one_hot_or_zeros(batch.genre[window], N_GENRES).numpy()


def test_skel(model, batch, window, player, h_p):
    note = batch.note[[window]]
    with torch.no_grad():
        expected = model.skel_p(batch.template[[window]])[0].numpy()
        expected_h_n = model.skel_n(note)[0].numpy()
    assert h_p == pytest.approx(expected, **CLOSE)
    assert player.skel_n(note[0].numpy()) == pytest.approx(expected_h_n, **CLOSE)


@pytest.mark.parametrize("has_details", [False, True])
def test_notes(model, detailed, batch, window, template, has_details):
    random = np.random.default_rng(window)
    codes = torch.from_numpy(random.integers(0, TINY.codebook_size, (1, 8)))
    details = torch.from_numpy(random.integers(-1, DETAILED.detail_size, (1, 8)))
    chosen = Codes(codes, details if has_details else None)
    model = detailed if has_details else model
    player = Player(model)
    with torch.no_grad():
        expected = model.decode_notes(chosen, batch.template[[window]])
    logits = player.decode_notes(chosen, template, player.skel_p(template))
    assert logits == pytest.approx(expected[0].numpy(), **CLOSE)


def sampled_by_both(model, template, genre, temperature, seed):
    """Return the codes as the player and as the prior sample them, and the player's arguments."""
    player, random = Player(model), np.random.default_rng(seed)
    gumbel = tuple(
        random.gumbel(size=(8, size)).astype(np.float32)
        for size in (model.config.codebook_size, model.config.detail_size)
    )
    arguments = (template, genre, player.skel_p(template))
    with torch.no_grad():
        expected = model.prior.sample(
            *(torch.from_numpy(array)[None] for array in (*arguments, *gumbel)), temperature
        )
    arguments = (*arguments, gumbel, temperature)
    return player.sample_codes(*arguments), expected, (player, arguments)


@pytest.mark.parametrize("temperature", [0.3, 1.0])
def test_codes(model, window, template, genre, temperature):
    sampled, expected, _ = sampled_by_both(model, template, genre, temperature, window)
    assert sampled.codes.tolist() == expected.codes.tolist()
    assert sampled.details is expected.details is None


@pytest.mark.parametrize("temperature", [0.3, 1.0])
def test_codes_and_details(detailed, window, template, genre, temperature):
    sampled, expected, _ = sampled_by_both(detailed, template, genre, temperature, window)
    assert sampled.codes.tolist() == expected.codes.tolist()
    assert sampled.details.tolist() == expected.details.tolist()


@pytest.mark.parametrize("n_given", [0, 1, 5, 8])
def test_what_is_given_stays_and_the_rest_is_what_the_logits_say(
    detailed, window, template, genre, n_given
):
    sampled, _, (player, arguments) = sampled_by_both(detailed, template, genre, 1.0, window)
    given = np.full((2, 8), SAMPLED)
    random = np.random.default_rng(window)
    beats = random.choice(8, n_given, replace=False)
    given[0, beats] = random.integers(TINY.codebook_size, size=n_given)
    given[1, beats[::2]] = random.integers(-1, DETAILED.detail_size, size=len(beats[::2]))
    told = player.sample_codes(*arguments, given=given)
    if not n_given:
        assert torch.equal(told.codes, sampled.codes)
    known = (torch.from_numpy(array)[None] for array in arguments[:3])
    with torch.no_grad():
        logits = detailed.prior(told, *known)
    for values, fixed, of_values, noise in zip(
        (told.codes, told.details), given, logits, arguments[3], strict=True
    ):
        likeliest = (of_values[0].numpy() + noise).argmax(-1)
        assert values[0].tolist() == np.where(fixed == SAMPLED, likeliest, fixed).tolist()


@pytest.fixture
def played_by_both(model, batch, window, player, genre):
    """Return how to play the window with the player and with the torch modules, given steps."""
    z = np.random.default_rng(window).standard_normal((2, TINY.z_size)).astype(np.float32)
    conditions = model.expression_conditions(
        batch.note, batch.velocity_pattern, batch.microtiming_pattern, batch.genre
    )
    patterns = tuple(condition.pattern[window].numpy() for condition in conditions)
    assert [p.shape for p in patterns] == [(32, n) for n in PATTERN_CLASSES.values()]
    truths = batch.velocity, batch.microtiming

    def play(held_steps):
        forced = torch.zeros(6, 32, dtype=torch.bool)
        forced[:, held_steps] = True
        with torch.no_grad():
            expected = [
                module.decode(torch.from_numpy(z_).repeat(6, 1), condition, truth, forced)
                for module, z_, condition, truth in zip(
                    (model.vel, model.time), z, conditions, truths, strict=True
                )
            ]
            given = np.concatenate((model.skel_n(batch.note)[window].numpy(), genre))
        cells = np.zeros((32, 7), bool)
        cells[held_steps] = True
        held = (cells, *(truth[window].numpy() for truth in truths))
        note = batch.note[window].numpy()
        played = player.decode_expression(
            tuple(z), note, patterns, given, held if held_steps else None
        )
        return played, [values[window].numpy() for values in expected], held

    return play


def test_expression(played_by_both):
    played, expected, _ = played_by_both([])
    for values, truth in zip(played, expected, strict=True):
        assert values == pytest.approx(truth, **CLOSE)


def test_expression_hears_held_steps(played_by_both):
    steps = [0, 4, 5, 6, 20]
    played, expected, (cells, *kept) = played_by_both(steps)
    for values, truth, kept_values in zip(played, expected, kept, strict=True):
        assert np.array_equal(values[cells], kept_values[cells])
        assert values[~cells] == pytest.approx(truth[~cells], **CLOSE)
    assert played[0][21:] != pytest.approx(played_by_both([])[0][0][21:], **CLOSE)
