import numpy as np
import pytest
import torch
from handmade import plain_template

from pocket_studio.errors import InvalidInputError
from pocket_studio.model.pocket_vae import tempo_scale
from pocket_studio.model.prior import COUNTS_GUIDANCE, Wishes
from pocket_studio.model.trained import model_of
from pocket_studio.music.genres import GENRES
from pocket_studio.performance import held_rows
from pocket_studio.performance.choices import favourites
from pocket_studio.performance.controls import DEFAULT_GUIDANCE
from pocket_studio.performance.drawing import split_detail

TEMPLATE = plain_template()
BEAT = 3


@pytest.fixture(scope="module")
def take(studio):
    return studio.groove(TEMPLATE, genre="funk", seed=3)


@pytest.fixture(scope="module")
def choices(studio, take):
    return studio.code_choices(TEMPLATE, take.codes, take.details, BEAT, genre="funk", seed=3)


def swapped(values, value):
    return (*values[:BEAT], value, *values[BEAT + 1 :])


def test_every_code_is_offered_likeliest_first(choices):
    assert sorted(choice.code for choice in choices) == list(range(64))
    probabilities = [choice.probability for choice in choices]
    assert probabilities == sorted(probabilities, reverse=True)
    assert sum(probabilities) == pytest.approx(1, abs=1e-5)
    assert probabilities[0] > 2 * probabilities[8]
    assert all(type(choice.code) is type(choice.detail) is int for choice in choices)


def test_a_choice_is_what_the_swap_plays(studio, take, choices):
    for choice in choices[::4]:
        codes = swapped(take.codes, choice.code)
        played = studio.groove(
            TEMPLATE, genre="funk", codes=codes, details=swapped(take.details, choice.detail)
        ).groove
        assert choice.note.dtype == np.uint8
        assert np.array_equal(choice.note, played.note)
        differs = (played.note != take.groove.note).reshape(8, -1).sum(axis=1)
        assert choice.leak == tuple(differs.tolist())
        sampled = studio.groove(
            TEMPLATE, genre="funk", codes=codes, details=swapped(take.details, None), seed=3
        )
        assert sampled.details == swapped(take.details, choice.detail)


def test_the_present_code_changes_nothing(take, choices):
    present = next(choice for choice in choices if choice.code == take.codes[BEAT])
    assert present.detail == take.details[BEAT]
    assert present.leak == (0,) * 8
    assert np.array_equal(present.note, take.groove.note)
    assert sum(choice.leak[BEAT] for choice in choices) > sum(choice.leak[0] for choice in choices)


def test_held_rows_stay_in_every_choice_and_leak_nothing(studio, take):
    held = held_rows(studio.groove(TEMPLATE, genre="funk", seed=8).groove, ["kick", "closed_hat"])
    controls = {"genre": "funk", "seed": 3, "held": held}
    said = {"codes": take.codes, "details": take.details}
    present = studio.groove(TEMPLATE, **controls, **said).groove.note
    assert not np.array_equal(present, take.groove.note)
    offered = studio.code_choices(TEMPLATE, **said, beat=BEAT, **controls)
    for choice in offered[::8]:
        said["codes"] = swapped(take.codes, choice.code)
        said["details"] = swapped(take.details, choice.detail)
        played = studio.groove(TEMPLATE, **controls, **said).groove.note
        assert np.array_equal(choice.note, played)
        differs = (played != present).reshape(8, -1).sum(axis=1)
        assert choice.leak == tuple(differs.tolist())
    assert any(sum(choice.leak) for choice in offered)


def test_probabilities_are_the_guided_priors_given_the_beats_before(studio, take, choices):
    genre = torch.zeros(1, 6)
    genre[0, GENRES.index("funk")] = 1
    template = torch.from_numpy(TEMPLATE).float()[None]
    wishes = Wishes(
        template, genre, tempo_scale(torch.tensor([120.0])), -torch.ones(1), torch.ones(1)
    )
    details = [split_detail(detail, 64, 2) for detail in take.details]
    said = torch.cat([torch.tensor(take.codes)[:, None], torch.tensor(details)], 1)[None]
    with torch.no_grad():
        logits = [model_of(studio.checkpoint).prior(said, each) for each in wishes.nested()]
    plain, counted, told = (each[0, BEAT, 0].log_softmax(-1) for each in logits)
    mixed = plain + COUNTS_GUIDANCE * (counted - plain) + DEFAULT_GUIDANCE * (told - counted)
    expected = mixed.softmax(-1)
    for choice in choices:
        assert choice.probability == pytest.approx(float(expected[choice.code]), abs=1e-4)


def test_only_the_beats_before_count(studio, take, choices):
    def probabilities(codes, details):
        found = studio.code_choices(TEMPLATE, codes, details, BEAT, genre="funk", seed=3)
        return {choice.code: choice.probability for choice in found}

    expected = {choice.code: choice.probability for choice in choices}
    after = take.codes[:BEAT] + (1,) * (8 - BEAT), take.details[:BEAT] + (-1,) * (8 - BEAT)
    assert probabilities(*after) == pytest.approx(expected, abs=1e-6)
    before = (1, *take.codes[1:]), take.details
    assert probabilities(*before) != pytest.approx(expected, abs=1e-3)
    undetailed = take.codes, (-1,) * 8
    assert sum(probabilities(*undetailed).values()) == pytest.approx(1, abs=1e-5)


def test_the_seed_and_temperature_choose_only_the_details(studio, take):
    def found(**controls):
        offered = studio.code_choices(
            TEMPLATE, take.codes, take.details, BEAT, genre="funk", **controls
        )
        return [choice.code for choice in offered], [choice.detail for choice in offered]

    codes, details = found(seed=3)
    assert (codes, details) == found(seed=3)
    for controls in ({"seed": 4}, {"seed": 3, "temperature": 2.0}):
        assert found(**controls)[0] == codes
        assert found(**controls)[1] != details


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"codes": [0] * 7}, "codes must be 8"),
        ({"codes": [None] + [0] * 7}, "the codes and details of all beats must be given"),
        ({"details": [None] * 8}, "the codes and details of all beats must be given"),
        ({"codes": None}, "the codes and details of all beats must be given"),
        ({"details": [4096] * 8}, "details must be 8"),
        ({"beat": 8}, r"the beat must be in 0\.\.7"),
        ({"beat": -1}, "the beat"),
        ({"beat": True}, "the beat must be a whole number"),
        ({"beat": 1.0}, "the beat"),
        ({"genre": "polka"}, "the genre"),
        ({"temperature": float("nan")}, "the temperature"),
        ({"guidance": -1}, r"the guidance must be in 0\.\.4"),
        ({"density": 65}, r"the density must be in 0\.\.64"),
        ({"seed": -1}, "the seed"),
        ({"held": np.zeros((32, 7), np.bool_)}, "held must be"),
        ({"template": TEMPLATE[:16]}, "the template"),
    ],
    ids=str,
)
def test_wrong_arguments_are_refused(studio, changed, message):
    arguments = {"template": TEMPLATE, "codes": [0] * 8, "details": [0] * 8, "beat": 0}
    with pytest.raises(InvalidInputError, match=message) as caught:
        studio.code_choices(**{**arguments, **changed})
    assert "\n" not in str(caught.value)


# Favourites


def test_each_genre_has_favourites(studio):
    usage = studio.code_usage
    found = studio.favourites
    assert tuple(found) == GENRES
    for genre, codes in found.items():
        assert 0 < len(codes) <= 5
        ratios = [usage[genre][code] / usage["any"][code] for code in codes]
        assert ratios == sorted(ratios, reverse=True)
        assert ratios[-1] > 1
    assert len(set(found.values())) == len(GENRES)


def test_a_rarity_is_nobodys_favourite():
    average = np.array([0.30, 0.001, 0.299, 0.40], np.float32)
    in_genre = np.array([0.25, 0.05, 0.40, 0.30], np.float32)
    assert favourites(in_genre, average) == (2,)
