from pathlib import Path

import pytest

from pocket_studio.research.corpus import load, prepare

DATA = Path(__file__).parents[5] / "shared" / "data"
ARCHIVE = DATA / "groove-v1.0.0-midionly.zip"


def at_hand(path):
    """Return `path`, or skip the test if it is not there."""
    if not path.exists():
        pytest.skip(f"the real data are not at {path}")
    return path


@pytest.fixture(scope="package")
def archive():
    return at_hand(ARCHIVE)


@pytest.fixture(scope="package")
def extra():
    return at_hand(DATA / "extra")


@pytest.fixture(scope="package")
def prepared(tmp_path_factory, archive, extra):
    """The real data as prepared, and as loaded from their cache."""
    cache = tmp_path_factory.mktemp("prepared") / "groove.npz"
    return prepare(archive, cache, extra), load(cache)
