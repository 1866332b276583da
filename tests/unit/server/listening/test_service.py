"""The test as a browser takes it, with the real model and sound."""

import base64
import json
import threading
from collections import Counter
from functools import partial

import pytest
from handmade import small_corpus, write_cache

from pocket_studio.errors import CacheMissingError, InvalidRequestError, SoundUnavailableError
from pocket_studio.research.clips import human_clips, load_clips
from pocket_studio.schema.groove_json import groove_to_json, parse_groove
from pocket_studio.server.listening.levels import TARGET_LUFS, loudness_lufs
from pocket_studio.server.listening.questions import CLIPS, A, B
from pocket_studio.server.listening.service import ListeningService
from pocket_studio.server.listening.store import AnswerStore
from pocket_studio.server.sound import SoundService
from pocket_studio.server.worker import ModelWorker
from pocket_studio.sound import SoundLibrary


@pytest.fixture(scope="module")
def parts(studio):
    return studio, SoundService(SoundLibrary()), ModelWorker()


@pytest.fixture
def folder(tmp_path):
    write_cache(small_corpus(), tmp_path / "groove.npz")
    return tmp_path


def files_in(folder):
    return partial(load_clips, folder / "groove.npz"), folder / "answers.sqlite3"


@pytest.fixture
def service(parts, folder):
    return ListeningService(
        *parts, partial(load_clips, folder / "groove.npz"), folder / "answers.sqlite3"
    )


def truth(folder, started):
    store = AnswerStore(folder / "answers.sqlite3")
    return [store.question(started["test"], question) for question in started["questions"]]


def clip(service, started, number, name):
    request = {"test": started["test"], "question": started["questions"][number], "clip": name}
    return service.listening_clip(request)


def give(service, started, number, answer):
    request = {"test": started["test"], "question": started["questions"][number]}
    return service.listening_answer({**request, "answer": answer})


def test_nothing_that_is_sent_tells_who_plays(service, folder):
    started = service.listening_start({"kind": "human_or_ai"})
    assert set(started) == {"test", "questions"}
    questions = truth(folder, started)
    assert {question.a_is_human for question in questions} == {True, False}
    clips = [clip(service, started, number, A) for number in range(2)]
    assert [set(one) for one in clips] == [{"groove", "soundfont", "kit", "gain"}] * 2
    assert [set(one["groove"]) for one in clips] == [set(clips[0]["groove"])] * 2
    sent = json.dumps([started, *clips])
    for question in questions:
        for secret in (question.track_id, question.genre, question.checkpoint):
            assert secret not in sent
    first = give(service, started, 0, "human")
    assert first == {"n_left": 1, "review": []}


@pytest.mark.parametrize("kind", ["human_or_ai", "preference"])
def test_a_whole_test_is_stored_and_then_the_truth_is_told(service, folder, kind):
    started = service.listening_start({"kind": kind})
    names, answer = (["a"], "ai") if kind == "human_or_ai" else (["template", "a", "b"], "b")
    for number in range(2):
        for name in names:
            clip(service, started, number, name)
        last = give(service, started, number, answer)
    questions = truth(folder, started)
    assert last["n_left"] == 0
    assert last["review"] == [
        {"a": question.a_source, "chosen": question.chosen_source(answer)} for question in questions
    ]
    results = service.listening_results({})
    assert results["n"] == 2
    assert base64.b64decode(results["svg"]).startswith(b"<?xml")
    assert sum(row["n"] for row in results["rows"]) == 2
    shares = {row["label"]: row.get("share") for row in results["rows"]}
    if kind == "preference":
        assert shares["Preferred the human's groove"] == 0.5
        assert shares["AI clips taken for AI"] is None
    else:
        assert shares["AI clips taken for AI"] == 1
        assert shares["Preferred the human's groove"] is None


def test_each_answer_is_counted_in_the_row_that_says_it(service, folder):
    """Whichever of the two clips is whose: of 8 grooves the human's is preferred once."""
    given = Counter()
    titles = {"human": "human", "ai": "AI"}
    for turn in range(4):
        started = service.listening_start({"kind": "preference"})
        for number, question in enumerate(truth(folder, started)):
            source = "human" if (turn, number) == (2, 1) else "ai"
            answer = A if question.a_is_human == (source == "human") else B
            for name in CLIPS["preference"]:
                clip(service, started, number, name)
            give(service, started, number, answer)
            given[f"Preferred the {titles[source]}'s groove"] += 1
        started = service.listening_start({"kind": "human_or_ai"})
        for number, question in enumerate(truth(folder, started)):
            answer = "human" if turn % 3 else "ai"
            clip(service, started, number, A)
            give(service, started, number, answer)
            clips = "Human" if question.a_is_human else "AI"
            given[f"{clips} clips taken for {titles[answer]}"] += 1
    rows = service.listening_results({})["rows"]
    assert {row["label"]: row["n"] for row in rows} == given
    assert given.total() == 16
    for row in rows:
        assert row["low"] <= row["share"] == row["n"] / row["n_answers"] <= row["high"]


def test_the_clips_are_the_human_and_the_model_in_their_order_at_one_level(service, parts, folder):
    started = service.listening_start({"kind": "preference"})
    studio, sound, _ = parts
    renderer = sound.renderer()
    clips = human_clips(small_corpus())
    for number, question in enumerate(truth(folder, started)):
        told = {name: clip(service, started, number, name) for name in ("template", A, B)}
        assert len({one["groove"]["tempo_bpm"] for one in told.values()}) == 1
        assert {one["kit"] for one in told.values()} == {renderer.kit_of_genre("any")}
        for one in told.values():
            loop = renderer.render_loop(parse_groove(one["groove"]), one["kit"])
            assert loudness_lufs(one["gain"] * loop) == pytest.approx(TARGET_LUFS, abs=0.1)
        human = clips[question]
        model = studio.groove(
            human.template,
            genre=question.genre,
            seed=question.seed,
            tempo_bpm=human.groove.tempo_bpm,
        ).groove
        for groove, name in (
            (human.groove, A if question.a_is_human else B),
            (model, B if question.a_is_human else A),
        ):
            assert told[name]["groove"] == groove_to_json(groove)


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        {},
        {"test": "x", "question": "y"},
        {"test": "x", "question": "y", "clip": "a", "answer": "a"},
        {"test": "x" * 99, "question": "y", "clip": "a", "answer": "a"},
        {"test": "\ud800", "question": {}, "clip": "a", "answer": "a"},
        {"kind": "other"},
        {"kind": ["preference"]},
    ],
)
def test_a_wrong_request_is_refused_in_one_line(service, data):
    for call in (service.listening_start, service.listening_clip, service.listening_answer):
        with pytest.raises(InvalidRequestError) as caught:
            call(data)
        assert "\n" not in str(caught.value)


def test_a_clip_that_the_question_lacks_is_refused(service):
    started = service.listening_start({"kind": "human_or_ai"})
    with pytest.raises(InvalidRequestError, match="has no clip b"):
        clip(service, started, 0, B)


def test_a_test_goes_on_after_a_restart(service, parts, folder):
    started = service.listening_start({"kind": "human_or_ai"})
    restarted = ListeningService(
        *parts, partial(load_clips, folder / "groove.npz"), folder / "answers.sqlite3"
    )
    clip(restarted, started, 0, A)
    assert give(restarted, started, 0, "ai")["n_left"] == 1


def test_a_question_about_another_cache_is_refused(service, parts, folder):
    started = service.listening_start({"kind": "human_or_ai"})
    write_cache(small_corpus(7), folder / "groove.npz")
    restarted = ListeningService(
        *parts, partial(load_clips, folder / "groove.npz"), folder / "answers.sqlite3"
    )
    with pytest.raises(InvalidRequestError, match="start a new test"):
        clip(restarted, started, 0, A)


def test_without_a_cache_it_says_how_to_get_it_and_finds_it_once_it_is_there(parts, tmp_path):
    cache = tmp_path / "groove.npz"
    service = ListeningService(*parts, *files_in(tmp_path))
    assert "run `python -m pocket_studio prepare`" in service.listening_notice({})["notice"]
    with pytest.raises(CacheMissingError):
        service.listening_start({"kind": "preference"})
    results = service.listening_results({})
    assert (results["n"], results["svg"]) == (0, "")
    assert all(row["n_answers"] == 0 and "share" not in row for row in results["rows"])
    write_cache(small_corpus(), cache)
    assert service.listening_notice({}) == {"notice": "", "fetch": None}
    assert len(service.listening_start({"kind": "preference"})["questions"]) == 2


def test_without_sound_no_test_begins(parts, folder):
    studio, _, worker = parts
    silent = SoundService(None, "no sound: why")
    service = ListeningService(studio, silent, worker, *files_in(folder))
    assert service.listening_notice({}) == {"notice": "no sound: why", "fetch": None}
    with pytest.raises(SoundUnavailableError, match="no sound: why"):
        service.listening_start({"kind": "preference"})


def test_visitors_at_once_each_finish_their_own_test(service):
    left = []

    def visit():
        started = service.listening_start({"kind": "human_or_ai"})
        for number in range(2):
            clip(service, started, number, A)
            left.append(give(service, started, number, "human")["n_left"])

    visitors = [threading.Thread(target=visit) for _ in range(4)]
    for visitor in visitors:
        visitor.start()
    for visitor in visitors:
        visitor.join(timeout=60)
    assert sorted(left) == [0] * 4 + [1] * 4
    assert service.listening_results({})["n"] == 8
