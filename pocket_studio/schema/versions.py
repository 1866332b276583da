"""The versions of projects, in files and in links, and what each one added."""

from typing import Any, Final

VERSION: Final = 3
FIRST_TO_KEEP_SKETCH: Final = 2
FIRST_FOR_EACH_DRUM: Final = 3  # and with guidance, density, humanity and reference_notes

# As the former models played, which knew none of this: what was made then must not change.
_ADDED: Final[dict[int, dict[str, Any]]] = {
    FIRST_TO_KEEP_SKETCH: {"keep_sketch": False},
    FIRST_FOR_EACH_DRUM: {
        "guidance": 1.0,
        "density": None,
        "humanity": 1.0,
        "reference_notes": True,
    },
}


def unsaid_in(version: int) -> dict[str, Any]:
    """Return the fields of a project that `version` had no word for, as it was played then."""
    added = (fields for first, fields in _ADDED.items() if version < first)
    return {name: value for fields in added for name, value in fields.items()}
