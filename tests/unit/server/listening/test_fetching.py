"""A fetch in the background: one at a time, cancelled, failed."""

import threading

import pytest

from pocket_studio.errors import ArchiveError, InvalidRequestError
from pocket_studio.schema.words import read
from pocket_studio.server.listening.fetching import Fetching
from pocket_studio.server.listening.requests import FetchRequest


def ended(fetching):
    """Wait until nothing runs, and return the state."""
    for thread in threading.enumerate():
        if thread.name == "fetching":
            thread.join(10)
    return fetching.state()


def test_one_runs_at_a_time_and_says_how_far_it_is():
    entered, go_on, started = threading.Event(), threading.Event(), []

    def fetch(report):
        started.append(1)
        report(0.25)
        entered.set()
        go_on.wait(10)
        report(None)

    fetching = Fetching(fetch)
    assert fetching.state() == {"running": False, "cancelled": False, "share": 0, "error": ""}
    fetching.start()
    entered.wait(10)
    fetching.start()
    assert fetching.state() == {"running": True, "cancelled": False, "share": 0.25, "error": ""}
    go_on.set()
    assert ended(fetching) == {"running": False, "cancelled": False, "share": None, "error": ""}
    assert started == [1]


def test_it_ends_at_its_next_word_when_it_is_cancelled_and_can_be_started_again():
    go_on, came = threading.Event(), []

    def fetch(report):
        go_on.wait(10)
        report(0.5)
        came.append(1)

    fetching = Fetching(fetch)
    fetching.start()
    fetching.cancel()
    assert fetching.state()["cancelled"]
    go_on.set()
    assert ended(fetching)["error"] == ""
    assert came == []
    fetching.start()
    assert ended(fetching)["share"] == 0.5
    assert came == [1]


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (ArchiveError("not this one"), "not this one"),
        (KeyError("secret"), "something went wrong in the studio; the sketch is untouched"),
    ],
)
def test_a_failure_is_a_line(error, line):
    def fetch(_report):
        raise error

    fetching = Fetching(fetch)
    fetching.start()
    assert ended(fetching)["error"] == line


@pytest.mark.parametrize("want", [None, "", "stop", 1, ["start"]])
def test_only_what_is_known_can_be_wanted(want):
    with pytest.raises(InvalidRequestError):
        read(FetchRequest, {"want": want})
