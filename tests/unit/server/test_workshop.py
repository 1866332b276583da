"""The workshop: files made in another process are those made here; it comes back when it dies."""

import base64
import json
import os
import signal

import pytest

from pocket_studio.errors import InvalidRequestError, PocketStudioError
from pocket_studio.server.exports import ExportService
from pocket_studio.server.line import Line
from pocket_studio.server.sound import SoundService
from pocket_studio.server.workshop import FarCall, Workshop

GROOVE = {"hits": [{"step": 0, "drum": "kick", "velocity": 0.5}]}


@pytest.fixture(scope="module")
def workshop():
    return Workshop(())


@pytest.fixture
def call(workshop):
    here = ExportService(SoundService(None, "no sound").renderer)
    return FarCall(here.export, Line("exports", 1, 0), workshop)


def test_it_is_another_process(workshop):
    assert workshop.run(os.getpid) != os.getpid()


@pytest.mark.parametrize("kind", ["midi", "svg"])
def test_a_file_is_the_same_as_here(call, kind):
    request = {"kind": kind, "groove": GROOVE}
    here = call.answer(request)
    assert call.guarded(request) == here
    assert json.loads(call.packed(json.dumps(request).encode())) == here


def test_sound_is_made_there(call):
    answer = call.guarded({"kind": "wav", "groove": GROOVE})
    assert base64.b64decode(answer["content"]).startswith(b"RIFF")


def test_what_is_refused_there_is_refused_here(call):
    with pytest.raises(InvalidRequestError, match="the kind of file must be one of"):
        call.guarded({"kind": "exe", "groove": GROOVE})
    with pytest.raises(InvalidRequestError, match="the soundfont must be one of"):
        call.guarded({"kind": "wav", "groove": GROOVE, "soundfont": "none such"})
    with pytest.raises(ValueError, match="Expecting"):
        call.packed(b"{")


def test_a_process_that_dies_is_said_and_there_is_another(call, workshop):
    first = workshop.run(os.getpid)
    with pytest.raises(PocketStudioError, match="the file could not be made, try again"):
        workshop.run(os.kill, first, signal.SIGKILL)
    assert workshop.run(os.getpid) != first
    assert call.guarded({"kind": "midi", "groove": GROOVE})["mime"] == "audio/midi"
