"""The service without a server: what the page is told first, and who waits for whom."""

import json
import threading

import pytest

from pocket_studio.corpus import GENRES
from pocket_studio.editor.service import EditorService
from pocket_studio.editor.sound import SoundService
from pocket_studio.editor.worker import ModelWorker
from pocket_studio.errors import SoundUnavailableError
from pocket_studio.kit import DRUMS
from pocket_studio.project.project_json import parse_project

SKETCH = {"kick": "x......x..x....." * 2}


@pytest.fixture(scope="module")
def service(studio):
    return EditorService(studio, SoundService(None, "no sound: why"), ModelWorker())


def test_the_page_is_told_all_it_offers(service, studio):
    boot = json.loads(json.dumps(service.boot()))
    assert boot["checkpoint_digest"] == studio.checkpoint.digest
    assert all(set(pitches) == set(DRUMS) for pitches in boot["note_maps"].values())
    assert boot["note_maps"]["General MIDI"]["kick"] == 36
    assert set(boot["favourites"]) == set(GENRES)
    assert boot["layers"] == ["template", "notes", "velocity", "microtiming"]
    assert boot["limits"]["swing"] == [0.5, 0.75]


def test_without_sound_the_page_says_why_and_everything_else_works(service):
    boot = service.boot()
    assert (boot["soundfont"], boot["soundfonts"]) == (None, [])
    assert boot["sound_notice"] == "no sound: why"
    assert service.sound.sounds({}) == {"soundfonts": [], "notices": []}
    groove = service.groove({"template": SKETCH})["groove"]
    with pytest.raises(SoundUnavailableError, match="no sound: why"):
        service.sound.render({"groove": groove})
    for kind in ("wav", "stems"):
        with pytest.raises(SoundUnavailableError, match="no sound: why"):
            service.files.export({"kind": kind, "groove": groove})
    assert service.files.export({"kind": "midi", "groove": groove})["mime"] == "audio/midi"


@pytest.mark.parametrize(("call", "n_turns"), [("takes", 4), ("genre_sweep", 6)])
def test_others_get_their_turn_between_takes(studio, call, n_turns):
    """Another visitor's call that comes during the first take is made before the second."""
    order = []

    class Recording(ModelWorker):
        def run(self, call):
            name = threading.current_thread().name
            if name == "many" and not order:
                other.start()
            answer = super().run(call)
            order.append(name)
            if name == "many" and len(order) == 1:
                other.join()
            return answer

    service = EditorService(studio, SoundService(None), Recording())
    request = {"template": SKETCH}
    other = threading.Thread(target=service.groove, args=(request,), name="other")
    takes = {**request, "takes": [{"seed": seed} for seed in range(4)]}
    many = threading.Thread(target=getattr(service, call), args=(takes,), name="many")
    many.start()
    many.join(timeout=60)
    assert order.count("many") == n_turns
    assert order.index("other") <= 1


def test_the_largest_project_fits(service):
    hits = [
        {"step": step, "drum": drum, "velocity": 0.1234, "microtiming": -0.1234}
        for step in range(32)
        for drum in DRUMS
    ]
    section = {"groove": {"hits": hits}, "repeats": 8, "name": "a" * 80}
    project = {"template": SKETCH, "song": [section] * 16}
    content = json.dumps(project)
    assert len(json.dumps({"content": content})) < 2**20
    opened = service.files.open_project({"content": content})
    assert len(parse_project(opened["project"]).song) == 16
