from dataclasses import asdict

import pytest

from pocket_studio.model.checkpoint import DEFAULT_CHECKPOINT, load
from pocket_studio.research.training.config import TrainingConfig
from pocket_studio.research.typed import from_toml


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("split", "5"),
        ("seed", -1),
        ("note_epochs", 0),
        ("expression_epochs", 0),
        ("latent_epochs", 0),
        ("prior_epochs", 0),
        ("patience", 0),
        ("batch_size", 0),
        ("peak_lr", 0.0),
        ("beta_velocity", -0.1),
        ("beta_microtiming", -0.1),
        ("plain_share", 1.1),
        ("genre_dropout", -0.1),
        ("pattern_dropout", float("nan")),
        ("span_dropout", 2),
        ("held_share", -0.1),
        ("detail_dropout", 1.5),
    ],
)
def test_values_out_of_range_are_refused(name, value):
    with pytest.raises(
        ValueError, match=name if name not in ("beta_velocity", "beta_microtiming") else "KL"
    ):
        TrainingConfig(**{name: value})


def test_defaults_are_valid_and_frozen():
    config = TrainingConfig()
    assert config.split == "official"
    with pytest.raises(AttributeError):
        config.seed = 1


def test_the_recipe_that_ships_is_that_of_the_checkpoint():
    recipe = asdict(from_toml(TrainingConfig, DEFAULT_CHECKPOINT.with_suffix(".toml")))
    trained = load().training
    assert recipe == {name: trained[name] for name in recipe}
