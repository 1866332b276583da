import pytest

from pocket_studio.research.evaluation.config import BUDGETS, TABLES_DIR, Budget, TableConfig
from pocket_studio.research.typed import from_toml


def test_the_budgets_that_ship_are_files_named_as_they_are():
    assert {path.stem for path in TABLES_DIR.iterdir()} == set(BUDGETS)
    for name, budget in BUDGETS.items():
        config = from_toml(TableConfig, TABLES_DIR / f"{name}.toml")
        assert config == TableConfig(budget)
        assert budget.name == name
    assert BUDGETS["fast"] == Budget("fast", epochs=1, prior_epochs=1, classifier_epochs=1)
    assert BUDGETS["full"] == Budget("full", epochs=5, prior_epochs=4, classifier_epochs=5)


@pytest.mark.parametrize("name", ["", "../full", "a b", "-x", "ü"])
def test_a_budget_is_named_as_a_folder_can_be(name):
    with pytest.raises(ValueError, match="letters, digits and hyphens"):
        Budget(name, 1, 1, 1)


@pytest.mark.parametrize("epochs", [(0, 1, 1), (1, 0, 1), (1, 1, -1)])
def test_every_part_is_trained(epochs):
    with pytest.raises(ValueError, match="at least 1"):
        Budget("some", *epochs)


@pytest.mark.parametrize(
    ("change", "message"), [({"split": "7"}, "splits are"), ({"seed": -1}, "seed must be")]
)
def test_settings_out_of_range_are_refused(change, message):
    with pytest.raises(ValueError, match=message):
        TableConfig(BUDGETS["fast"], **change)
