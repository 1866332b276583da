"""The limit of a body: each call's own."""

import pytest

from pocket_studio.midi import MAX_MIDI_BYTES
from pocket_studio.schema.requests import MAX_PROJECT_BYTES
from pocket_studio.server.body_limit import max_bytes_of
from pocket_studio.server.calls import LARGER


@pytest.mark.parametrize(
    ("path", "n_bytes"),
    [
        ("/api/groove", 65536),
        ("/api/export", MAX_PROJECT_BYTES),
        ("/gradio_api/call/share", MAX_PROJECT_BYTES),
        ("/gradio_api/call/v2/share/", MAX_PROJECT_BYTES),
        ("/gradio_api/queue/join", max(LARGER.values())),
        ("/gradio_api/queue/join/", max(LARGER.values())),
        ("/gradio_api/cancel", 65536),
        ("/", 65536),
    ],
)
def test_an_address_has_the_limit_of_its_call(path, n_bytes):
    assert max_bytes_of(path) == n_bytes


def test_the_largest_files_fit():
    assert max_bytes_of("/api/read_midi") > MAX_MIDI_BYTES * 4 / 3 + 300
    assert max_bytes_of("/api/open_project") > 1.5 * MAX_PROJECT_BYTES
