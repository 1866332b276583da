import inspect
import re

import pytest

from pocket_studio import errors
from pocket_studio.errors import InvalidInputError, PocketStudioError

CLASSES = dict(inspect.getmembers(errors, inspect.isclass))


def drawn_tree():
    """Read {class: its parent} from the tree in the module's docstring."""
    parents, last_at = {}, {}
    for line in errors.__doc__.splitlines():
        found = re.match(r"^([│├└─ ]*)([A-Z]\w+Error)\b", line)
        if found:
            depth = len(found[1]) // 4
            last_at[depth] = found[2]
            parents[found[2]] = last_at.get(depth - 1)
    return parents


def test_docstring_draws_the_tree_as_it_is():
    parents = {
        name: None if cls is PocketStudioError else cls.__mro__[1].__name__
        for name, cls in CLASSES.items()
    }
    assert drawn_tree() == parents


@pytest.mark.parametrize("cls", CLASSES.values(), ids=CLASSES)
def test_every_error_can_be_caught_as_one(cls):
    assert issubclass(cls, PocketStudioError)


def test_only_a_callers_mistake_is_a_value_error():
    value_errors = {name for name, cls in CLASSES.items() if issubclass(cls, ValueError)}
    mistakes = {name for name, cls in CLASSES.items() if issubclass(cls, InvalidInputError)}
    assert value_errors == mistakes != set()
