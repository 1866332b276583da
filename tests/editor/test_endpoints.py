"""The named endpoints, as a program in another process calls them."""

import base64
import io
import json
import wave
import zipfile
from dataclasses import asdict

import numpy as np
import pytest
from handmade import onsets

from pocket_studio.midi import NOTE_MAPS, read_track
from pocket_studio.music.genres import GENRES
from pocket_studio.music.kit import DRUMS
from pocket_studio.music.patterns import (
    followed,
    microtiming_classes_of,
    microtiming_pattern_to_text,
    rows_to_template,
    template_of,
    template_to_rows,
    velocity_classes_of,
    velocity_pattern_to_text,
)
from pocket_studio.schema.groove_json import parse_groove
from pocket_studio.server.endpoints import REQUESTS

SKETCH = {"kick": "x......x..x....." * 2, "snare": "....x.......x..." * 2}
LOCKED = {"snare": [[4, 100, 0], [13, 30, -7], [20, 127, 12]], "ride": []}
EDITS = [[0, "kick", 111, 30], [1, "tom", 64, -60], [4, "snare", 0, 0]]
PROJECT = {
    "template": SKETCH,
    "velocity_pattern": "5.3." * 8,
    "genre": "funk",
    "guidance": 1.5,
    "density": 20,
    "humanity": 0.75,
    "reference_notes": True,
    "takes": [{"seed": 11}, {"seed": 12, "codes": [None, 5] * 4}, {"seed": 13}],
    "take": 1,
    "locked_rows": LOCKED,
    "edits": EDITS,
    "morph": {"to": 2, "amount": 0.5},
    "tempo_bpm": 92.5,
    "swing": 0.58,
    "velocity_amount": 1.2,
    "microtiming_amount": 0.5,
    "muted": ["kick"],
    "levels": {"snare": 0.5},
}


@pytest.fixture(scope="module")
def client(app_url):
    gradio_client = pytest.importorskip("gradio_client")
    client = gradio_client.Client(app_url, verbose=False)
    yield client
    client.close()


@pytest.fixture(scope="module")
def ask(client):
    def predict(endpoint, **fields):
        return client.predict(**fields, api_name=f"/{endpoint}")

    return predict


@pytest.fixture(scope="module")
def played(ask):
    return ask("groove", template=SKETCH, genre="jazz", seed=4)


def decoded(answer):
    return base64.b64decode(answer["content"])


def test_every_function_is_an_endpoint_with_a_description(client):
    described = client.view_api(return_format="dict", print_info=False)["named_endpoints"]
    assert set(described) == {f"/{name}" for name in REQUESTS}
    assert all(endpoint["description"] for endpoint in described.values())


def test_positional_arguments_of_before_still_work(client, played):
    answer = client.predict(SKETCH, genre="jazz", seed=4, api_name="/groove")
    assert answer == played
    sound = client.predict(answer["groove"], 0, api_name="/render")
    assert sound["sample_rate"] == 44100
    assert client.predict("kick", 0, api_name="/audition")["n_frames"] > 1000
    assert len(client.predict("jazz", api_name="/codebook")["tiles"]) == 64
    midi = client.predict(answer["groove"], "midi", api_name="/export")
    read = client.predict(midi["content"], "a.mid", api_name="/read_midi")
    assert len(read["groove"]["hits"]) == len(answer["groove"]["hits"])


def test_an_endpoint_refuses_in_one_line(client):
    gradio_client = pytest.importorskip("gradio_client")
    with pytest.raises(gradio_client.exceptions.AppError, match="the seed must be a whole number"):
        client.predict(SKETCH, seed=-1, api_name="/groove")
    for field, value, message in (
        ("guidance", 5, "the guidance must be a number from 0 to 4"),
        ("density", 65, "the density must be a whole number from 0 to 64"),
        ("humanity", -1, "the humanity must be a number from 0 to 1"),
        ("velocity_pattern", {"cowbell": "5" * 32}, "the rows of the velocity pattern are named"),
    ):
        with pytest.raises(gradio_client.exceptions.AppError, match=message):
            client.predict(SKETCH, **{field: value}, api_name="/groove")
    with pytest.raises(gradio_client.exceptions.AppError, match="rows are named"):
        client.predict({"cowbell": "x" * 32}, api_name="/groove")


def test_codes_and_details_bring_a_groove_back_whatever_else_is_sampled(ask, played):
    own = {name: played[name] for name in ("codes", "details")}
    again = ask("groove", template=SKETCH, genre="jazz", seed=4, **own)
    assert again == played
    some = [*played["codes"][:4], None, None, None, None]
    half = ask("groove", template=SKETCH, genre="jazz", seed=99, codes=some)
    assert half["codes"][:4] == played["codes"][:4]
    assert half["codes"] != played["codes"]


def test_what_was_asked_is_counted_in_what_came(ask):
    answer = ask("groove", template=SKETCH, velocity_pattern="5" * 32, seed=1)
    told = answer["followed"]["velocity"]
    assert answer["followed"]["microtiming"]["n_asked"] == 0
    got = velocity_classes_of(parse_groove(answer["groove"]))
    assert answer["got"]["velocity_pattern"] == velocity_pattern_to_text(got)
    assert told == asdict(followed(np.full(32, 4), got))
    assert told["n_asked"] == 32
    of_snare = ask("groove", template=SKETCH, velocity_pattern={"snare": "5" * 32}, seed=1)
    n_hits = sum(hit["drum"] == "snare" for hit in of_snare["groove"]["hits"])
    assert of_snare["followed"]["velocity"]["n_silent"] == 32 - n_hits


def test_takes_and_genres_are_the_single_grooves(ask, played):
    takes = [{"seed": 4}, {"seed": 5, "codes": played["codes"], "details": played["details"]}]
    answers = ask("takes", template=SKETCH, genre="jazz", takes=takes)["takes"]
    assert answers[0] == played
    assert answers[1]["codes"] == played["codes"]
    assert answers[1]["groove"] != played["groove"]
    genres = ask("genre_sweep", template=SKETCH, seed=4)["genres"]
    assert list(genres) == list(GENRES)
    assert genres["jazz"] == played
    assert genres["rock"] != played


def test_locked_rows_are_kept_and_a_morph_ends_at_the_other_take(ask, played):
    locked = ask("groove", template=SKETCH, genre="jazz", seed=5, locked_rows=LOCKED)
    kept = {drum: [] for drum in DRUMS}
    for hit in locked["groove"]["hits"]:
        ticks = round(hit["microtiming"] * 60)
        kept[hit["drum"]].append([hit["step"], round(hit["velocity"] * 127), ticks])
    assert {drum: kept[drum] for drum in LOCKED} == LOCKED
    other = {"to": {"seed": 4}, "amount": 1}
    morphed = ask("groove", template=SKETCH, genre="jazz", seed=5, morph=other)
    assert (morphed["groove"], morphed["codes"]) == (played["groove"], played["codes"])


def test_a_code_choice_is_what_the_swap_then_plays(ask, played):
    own = {name: played[name] for name in ("codes", "details")}
    answer = ask("code_choices", template=SKETCH, genre="jazz", seed=4, beat=2, **own)
    choices = answer["choices"]
    assert answer["beat"] == 2
    assert sorted(choice["code"] for choice in choices) == list(range(64))
    likely = [choice["probability"] for choice in choices]
    assert likely == sorted(likely, reverse=True)
    assert sum(likely) == pytest.approx(1, abs=1e-3)
    assert {genre for choice in choices for genre in choice["favourite_of"]} == set(GENRES)
    choice = next(choice for choice in choices if choice["code"] != played["codes"][2])
    for name, key in (("codes", "code"), ("details", "detail")):
        own[name] = [*own[name][:2], choice[key], *own[name][3:]]
    swapped = parse_groove(ask("groove", template=SKETCH, genre="jazz", seed=4, **own)["groove"])
    assert (swapped.note == rows_to_template(choice["note"])).all()
    before = parse_groove(played["groove"])
    differs = (swapped.note != before.note).reshape(8, -1).sum(axis=1)
    assert differs.tolist() == choice["leak"]


def test_locked_rows_are_in_every_choice_of_a_code(ask, played):
    own = {name: played[name] for name in ("codes", "details")}
    answer = ask("code_choices", template=SKETCH, seed=4, beat=2, locked_rows=LOCKED, **own)
    kept = {(choice["note"]["snare"], choice["note"]["ride"]) for choice in answer["choices"]}
    steps = {step for step, *_ in LOCKED["snare"]}
    assert kept == {("".join("x" if step in steps else "." for step in range(32)), "." * 32)}


def test_a_groove_is_reduced_to_its_patterns(ask, played):
    groove = parse_groove(played["groove"])
    assert ask("patterns", groove=played["groove"]) == {
        "template": template_to_rows(template_of(groove)),
        "velocity_pattern": velocity_pattern_to_text(velocity_classes_of(groove)),
        "microtiming_pattern": microtiming_pattern_to_text(microtiming_classes_of(groove)),
    }


def test_shaping_needs_no_model(ask, played):
    flat = ask("shape", groove=played["groove"], velocity_amount=0, microtiming_amount=0)["groove"]
    assert {hit["velocity"] for hit in flat["hits"]} == {round(100 / 127, 4)}
    assert {hit["microtiming"] for hit in flat["hits"]} == {0}
    edited = ask("shape", groove=played["groove"], edits=[[1, "tom", 64, -60]], swing=0.6)["groove"]
    assert edited["swing"] == 0.6
    tom = {"step": 1, "drum": "tom", "velocity": round(64 / 127, 4), "microtiming": -1}
    assert tom in edited["hits"]
    layer = ask("shape", groove=played["groove"], template=SKETCH, layer="template")["groove"]
    assert len(layer["hits"]) == sum(row.count("x") for row in SKETCH.values())


def test_the_mix_and_the_click_are_heard(ask, played):
    groove = {"tempo_bpm": 120, "hits": played["groove"]["hits"]}
    silent = dict.fromkeys(DRUMS, 0)
    nothing = ask("render", groove=groove, levels=silent)
    assert not any(base64.b64decode(nothing["pcm16"]))
    click = ask("render", groove=groove, levels=silent, click=True)
    assert any(base64.b64decode(click["pcm16"]))
    assert click["n_frames"] == nothing["n_frames"] == 4 * 44100


def test_sounds_are_listed_and_one_is_chosen_by_its_name(ask):
    gradio_client = pytest.importorskip("gradio_client")
    fonts = ask("sounds")["soundfonts"]
    for font in fonts:
        programs = {kit["program"] for kit in font["kits"]}
        assert set(font["genre_kits"].values()) <= programs
        sound = ask("audition", drum="snare", soundfont=font["name"], velocity=1)
        assert any(base64.b64decode(sound["pcm16"]))
    with pytest.raises(gradio_client.exceptions.AppError, match="the soundfont must be one of"):
        ask("audition", drum="snare", soundfont="none such")


def test_a_song_is_one_file_and_its_bars_can_be_picked(ask, played):
    groove = played["groove"]
    empty = {"tempo_bpm": 90, "hits": []}
    one_hit = {"hits": [{"step": 0, "drum": "crash", "velocity": 1}]}
    sections = [
        {"groove": empty, "name": "wait"},
        {"groove": groove, "repeats": 2, "name": "verse"},
        {"groove": one_hit, "name": "end"},
    ]
    midi = ask("export", sections=sections, kind="midi", genre="jazz", seed=4)
    assert midi["filename"] == "pocket-song-90bpm-4.mid"
    assert len(onsets(decoded(midi))) == 2 * len(groove["hits"]) + 1
    read = ask("read_midi", content=midi["content"], name="song.mid")
    track = read_track(decoded(midi))
    assert (read["n_bars"], read["bar"]) == (8, 2)
    assert read["bar_hits"] == track.note.reshape(8, -1).sum(axis=1).tolist()
    assert read["bar_hits"][:2] == [0, 0]
    assert read["bar_hits"][6:] == [1, 0]
    picked = ask("read_midi", content=midi["content"], bar=4)
    assert len(picked["groove"]["hits"]) == len(groove["hits"])
    template = template_of(track.window(4 * 16))
    assert (rows_to_template(picked["template"]) == template).all()
    sound = ask("export", sections=sections, kind="wav")
    with wave.open(io.BytesIO(decoded(sound))) as file:
        assert file.getnframes() >= 8 * 4 * 60 / 90 * 44100


def test_a_lead_and_a_note_map_are_written(ask, played):
    pads = dict(zip(DRUMS, NOTE_MAPS["Pads from C1 (MPC)"], strict=True))
    groove = played["groove"]
    midi = ask("export", groove=groove, repeats=3, lead="count_in", note_map=pads, seed=4)
    hits = onsets(decoded(midi))
    assert len(hits) == 3 * len(groove["hits"]) + 4
    wanted = {pads[hit["drum"]] for hit in groove["hits"]} | {37}
    assert {pitch for _, pitch, *_ in hits} == wanted
    assert midi["filename"] == f"pocket-any-{groove['tempo_bpm']:.0f}bpm-4.mid"


def test_stems_are_a_file_for_each_drum_that_sounds(ask, played):
    levels = {"kick": 0}
    stems = ask("export", groove=played["groove"], kind="stems", genre="jazz", levels=levels)
    assert stems["filename"].endswith(".zip")
    drums = {hit["drum"] for hit in played["groove"]["hits"]} - {"kick"}
    with zipfile.ZipFile(io.BytesIO(decoded(stems))) as archive:
        name = stems["filename"].removesuffix(".zip")
        names = {f"{name}-{DRUMS.index(drum) + 1:02d}-{drum}.wav" for drum in drums}
        assert set(archive.namelist()) == names
        for name in names:
            with wave.open(archive.open(name)) as sound:
                assert sound.getnframes() == round(4 * 44100 * 120 / played["groove"]["tempo_bpm"])


def test_a_shared_project_plays_the_same(ask):
    shared = ask("share", project=PROJECT)
    assert shared["notices"] == []
    assert len(shared["text"]) < 300
    opened = ask("open_share", text=shared["text"])
    assert opened["notices"] == []
    here, there = ask("play_project", project=PROJECT), ask("play_project", **pick(opened))
    assert here == there
    assert here["levels"] == {**dict.fromkeys(DRUMS, 1), "kick": 0, "snare": 0.5}
    performance, groove = here["performance"], here["groove"]
    assert (groove["tempo_bpm"], groove["swing"]) == (92.5, 0.58)
    single = ask(
        "groove",
        **{key: PROJECT[key] for key in ("template", "velocity_pattern", "genre", "tempo_bpm")},
        **{key: PROJECT[key] for key in ("guidance", "density", "humanity", "reference_notes")},
        **PROJECT["takes"][1],
        locked_rows=LOCKED,
        morph={"to": PROJECT["takes"][2], "amount": 0.5},
    )
    assert performance == single
    kick = {"step": 0, "drum": "kick", "velocity": round(111 / 127, 4), "microtiming": 0.5}
    assert kick in groove["hits"]


def test_a_project_file_says_when_another_model_made_it(ask):
    opened = ask("open_project", content=json.dumps({**PROJECT, "checkpoint": "0123456789ab"}))
    assert "another model (0123456789ab)" in opened["notices"][0]
    assert ask("open_project", content=json.dumps(opened["project"])) == opened
    song = [{"groove": {"hits": []}, "name": "intro"}]
    shared = ask("share", project={**PROJECT, "song": song})
    assert shared["notices"] == ["The link does not carry the song."]


def pick(opened):
    return {"project": opened["project"]}
