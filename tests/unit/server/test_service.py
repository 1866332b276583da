"""The service without a server: what the page is told first, and who waits for whom."""

import base64
import json
import threading

import numpy as np
import pytest
from handmade import midi_of_parts

from pocket_studio.errors import SoundUnavailableError
from pocket_studio.music.genres import GENRES
from pocket_studio.music.kit import DRUMS, KICK, SNARE
from pocket_studio.music.patterns import (
    microtiming_classes_of,
    text_to_microtiming_pattern,
    text_to_velocity_pattern,
    velocity_classes_of,
)
from pocket_studio.research.clips import load_clips
from pocket_studio.schema.groove_json import parse_groove
from pocket_studio.schema.project_json import parse_project
from pocket_studio.server.files import FilesService
from pocket_studio.server.service import EditorService
from pocket_studio.server.sound import SoundService
from pocket_studio.server.worker import ModelWorker

SKETCH = {"kick": "x......x..x....." * 2}


@pytest.fixture(scope="module")
def service(studio):
    return EditorService(studio, SoundService(None, "no sound: why"), ModelWorker(), load_clips)


def test_the_page_is_told_all_it_offers(service, studio):
    boot = json.loads(json.dumps(service.boot()))
    assert boot["checkpoint_digest"] == studio.checkpoint.digest
    assert all(set(pitches) == set(DRUMS) for pitches in boot["note_maps"].values())
    assert boot["note_maps"]["General MIDI"]["kick"] == 36
    assert set(boot["favourites"]) == set(GENRES)
    assert boot["layers"] == ["template", "notes", "velocity", "microtiming"]
    ranges = {name: (field.get("low"), field.get("high")) for name, field in boot["fields"].items()}
    assert ranges["swing"] == (0.5, 0.75)
    assert (ranges["guidance"], ranges["density"]) == ((0, 4), (0, 64))
    assert (boot["project"]["guidance"], boot["project"]["humanity"]) == (3, 1)


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
            service.exports.export({"kind": kind, "groove": groove})
    assert service.exports.export({"kind": "midi", "groove": groove})["mime"] == "audio/midi"


def test_what_is_asked_reaches_the_model_and_what_is_not_is_as_it_is_by_itself(
    service, studio, monkeypatch
):
    asked = []
    play = studio.groove

    def groove(template, **arguments):
        asked.append(arguments)
        return play(template, **arguments)

    monkeypatch.setattr(studio, "groove", groove)
    said = {"guidance": 3.5, "density": 9, "humanity": 0.25, "reference_notes": True}
    painted = {"velocity_pattern": {"snare": "5." * 16}}
    service.groove({"template": SKETCH, **painted, **said})
    service.groove({"template": SKETCH, "density": None})
    names = ("guidance", "density", "humanity", "reference_notes")
    assert [[each[name] for name in names] for each in asked] == [
        [3.5, 9, 0.25, True],
        [3.0, None, 1.0, False],
    ]
    velocity = asked[0]["velocity_pattern"]
    assert velocity[:, SNARE].tolist() == [4, -1] * 16
    assert (np.delete(velocity, SNARE, axis=1) == -1).all()


def test_what_is_kept_is_played_where_no_code_is_given(service):
    said = service.groove({"template": SKETCH, "genre": "jazz", "seed": 3})
    kept = [list(pair) for pair in zip(said["codes"], said["details"], strict=True)]
    again = service.groove({"template": SKETCH, "genre": "jazz", "seed": 99, "kept": kept})
    assert (again["codes"], again["details"]) == (said["codes"], said["details"])
    other = service.groove({"template": SKETCH, "codes": [7, *[None] * 7], "kept": kept})
    assert other["codes"] == [7, *said["codes"][1:]]
    takes = service.takes({"template": SKETCH, "takes": [{"seed": 99, "kept": kept}]})["takes"]
    assert takes[0]["codes"] == said["codes"]


def test_a_choice_of_codes_is_asked_as_a_groove_is(service, studio, monkeypatch):
    asked = []
    choices = studio.code_choices

    def code_choices(*arguments, **controls):
        asked.append(controls)
        return choices(*arguments, **controls)

    monkeypatch.setattr(studio, "code_choices", code_choices)
    controls = {"guidance": 1.5, "density": 9, "tempo_bpm": 170.0}
    said = service.groove({"template": SKETCH, "genre": "funk", "seed": 3, **controls})
    given = {name: said[name] for name in ("codes", "details")}
    request = {"template": SKETCH, "genre": "funk", "seed": 3, "beat": 2, **given, **controls}
    answer = service.code_choices(request)
    assert {name: asked[0][name] for name in controls} == controls
    present = next(one for one in answer["choices"] if one["code"] == said["codes"][2])
    assert present["detail"] == said["details"][2], "the seed's own, as in the groove"


def test_what_came_out_is_told_for_each_drum(service):
    answer = service.groove({"template": SKETCH, "velocity_pattern": {"kick": "5" * 32}, "seed": 3})
    groove = parse_groove(answer["groove"])
    got = text_to_velocity_pattern(answer["got"]["velocity_pattern"])
    assert (got == velocity_classes_of(groove)).all()
    timing = text_to_microtiming_pattern(answer["got"]["microtiming_pattern"])
    assert (timing == microtiming_classes_of(groove)).all()
    told = answer["followed"]["velocity"]
    n_kicks = int(groove.note[:, KICK].sum())
    assert (told["n_asked"], told["n_silent"]) == (32, 32 - n_kicks)
    assert told["n_same"] == (got[:, KICK] == 4).sum()
    assert answer["followed"]["microtiming"]["n_asked"] == 0


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

    service = EditorService(studio, SoundService(None), Recording(), load_clips)
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


@pytest.mark.parametrize("name", ["drum", "x"])
def test_a_file_of_many_parts_gets_a_short_answer(studio, name):
    notes = [(step, pitch, 90) for step, pitch in ((0, 36), (4, 60), (8, 45), (12, 62))]
    content = midi_of_parts(*((name, number % 9, notes) for number in range(500)))
    request = {"content": base64.b64encode(content).decode()}
    answer = FilesService(studio, ModelWorker()).read_midi(request)
    assert len(answer["parts"]) == 256
    assert {part["drums"] for part in answer["parts"]} == {name == "drum"}
    assert (answer["groove"] is not None) == (name == "drum")
    assert any("Of 500 parts in the file the 256 with most hits" in n for n in answer["notices"])
    assert len(json.dumps(answer)) < 50_000
