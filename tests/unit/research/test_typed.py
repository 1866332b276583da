import json
from dataclasses import dataclass

import pytest
from pydantic import with_config

from pocket_studio.errors import InvalidRequestError
from pocket_studio.research.typed import (
    SETTINGS,
    from_json,
    from_plain,
    from_toml,
    to_json,
    to_toml,
)


@dataclass(frozen=True, kw_only=True)
class Inner:
    share: float | None
    counts: dict[str, list[int]]


@dataclass(frozen=True, kw_only=True)
class Outer(Inner):
    name: str
    newer: Inner | None = None


INNER = {"share": None, "counts": {"a-b": [1, 2]}}
OUTER = {**INNER, "share": 0.1 + 0.2, "name": "x", "newer": INNER}


def test_json_comes_back_as_it_was():
    value = from_plain(Outer, OUTER)
    assert value.newer == Inner(share=None, counts={"a-b": [1, 2]})
    assert from_json(Outer, to_json(value)) == value
    assert json.loads(to_json(value)) == OUTER  # to the last bit


def test_what_is_not_defined_is_null_and_what_is_not_measured_is_absent():
    older = {**INNER, "name": "y"}
    value = from_plain(Outer, older)
    assert value.share is value.newer is None
    assert json.loads(to_json(value)) == older


def test_what_is_not_known_is_ignored():
    assert from_plain(Outer, {**OUTER, "later": 1}) == from_plain(Outer, OUTER)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({**OUTER, "share": "loud"}, "^share: .*number"),
        ({**OUTER, "newer": {"share": 1.0}}, "^newer.counts: Field required$"),
        ([], "dictionary"),
    ],
)
def test_what_does_not_fit_is_one_line(values, message):
    with pytest.raises(ValueError, match=message) as caught:
        from_plain(Outer, values)
    assert "\n" not in str(caught.value)
    with pytest.raises(ValueError, match="Expecting"):
        from_json(Outer, "{")


@with_config(SETTINGS)
@dataclass(frozen=True)
class Part:
    name: str
    rate: float = 2e-5

    def __post_init__(self):
        if self.rate < 0:
            raise ValueError("the rate is below 0")


@with_config(SETTINGS)
@dataclass(frozen=True)
class Settings:
    part: Part
    rows: list[str]
    extra: bool = False


def test_settings_come_back_as_they_were(tmp_path):
    path = tmp_path / "run.toml"
    settings = Settings(Part('quoted "ü"', 0.1 + 0.2), ["a", "b"], extra=True)
    path.write_text(to_toml(settings), encoding="utf-8")
    assert from_toml(Settings, path) == settings
    path.write_text('rows = []\n[part]\nname = "x"\n')
    assert from_toml(Settings, path) == Settings(Part("x"), [])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("rows =", "Invalid value"),
        ("rows = []\n", "part: Field required"),
        ('rows = []\n[part]\nname = "x"\nrat = 1\n', "part.rat: Unexpected"),
        ('rows = []\n[part]\nname = "x"\nrate = -1\n', "part: the rate is below 0$"),
    ],
)
def test_unusable_settings_are_one_line_that_names_the_file(tmp_path, text, message):
    path = tmp_path / "run.toml"
    path.write_text(text)
    with pytest.raises(InvalidRequestError, match=f"run.toml: {message}") as caught:
        from_toml(Settings, path)
    assert "\n" not in str(caught.value)
    with pytest.raises(InvalidRequestError, match=r"cannot read .*none\.toml: No such file"):
        from_toml(Settings, tmp_path / "none.toml")
