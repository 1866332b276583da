"""The file of answers, used as the service uses it: by several threads and after restarts."""

import sqlite3
import threading
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from handmade import small_corpus

from pocket_studio.errors import DatabaseError, InvalidRequestError
from pocket_studio.places import DATA_DIR
from pocket_studio.research.clips import human_clips
from pocket_studio.server.listening.questions import CLIPS, HUMAN_OR_AI, PREFERENCE
from pocket_studio.server.listening.store import DATABASE_PATH, SCHEMA_VERSION, AnswerStore

KEPT = "pocket_studio.server.listening.store._TESTS_KEPT"


@pytest.fixture(scope="module")
def clips():
    return human_clips(small_corpus())


@pytest.fixture
def path(tmp_path):
    return tmp_path / "data" / "listening.sqlite3"


@pytest.fixture
def store(path):
    return AnswerStore(path)


def asked(store, clips, kind=HUMAN_OR_AI, played=True, seed=0):
    """Store a test of two questions, all of whose clips have been played."""
    questions = clips.draw(kind, "digest", seed)
    store.add(questions)
    for question in questions:
        for clip in CLIPS[kind] if played else ():
            store.note_played(question, clip)
    return questions


def sql(path, query):
    with closing(sqlite3.connect(path)) as connection, connection:
        return connection.execute(query).fetchall()


def test_the_file_is_made_on_first_use_in_the_data_folder(store, path, clips):
    assert DATABASE_PATH == DATA_DIR / "listening.sqlite3"
    assert not path.exists()
    asked(store, clips)
    assert sql(path, "PRAGMA user_version") == [(SCHEMA_VERSION,)]


def test_answers_outlive_a_restart(store, path, clips):
    first, second = asked(store, clips, PREFERENCE)
    assert store.answer(first.test, first.id, "a") == 1
    restarted = AnswerStore(path)
    assert restarted.question(second.test, second.id) == second
    assert restarted.answer(second.test, second.id, "b") == 0
    assert restarted.answers(first.test) == [(first, "a"), (second, "b")]


def test_what_is_stored_holds_no_more_than_it_says(store, path, clips):
    first, _ = asked(store, clips)
    store.answer(first.test, first.id, "ai")
    with closing(sqlite3.connect(path)) as connection:
        cursor = connection.execute("SELECT * FROM question WHERE answer IS NOT NULL")
        columns = {name for name, *_ in cursor.description}
        row = dict(zip([name for name, *_ in cursor.description], cursor.fetchone(), strict=True))
    pair = {"track_id", "window", "genre", "seed", "checkpoint", "a_is_human"}
    assert columns == pair | {"id", "test", "number", "kind", "asked_utc"} | {
        "answer",
        "answered_utc",
    }
    answered = datetime.fromisoformat(row["answered_utc"])
    assert answered.utcoffset() == timedelta(0)
    assert abs(datetime.now(UTC) - answered) < timedelta(minutes=1)


def test_wrong_answers_are_refused_and_lose_nothing(store, clips):
    first, second = asked(store, clips)
    (other, _) = asked(store, clips, seed=1)
    store.answer(first.test, first.id, "human")
    for test, question, answer, reason in (
        (first.test, first.id, "ai", "answered already"),
        (first.test, "unknown", "ai", "no such question"),
        (first.test, other.id, "ai", "no such question"),
        ("unknown", second.id, "ai", "no such question"),
        (first.test, second.id, "a", "must be human or ai"),
    ):
        with pytest.raises(InvalidRequestError, match=reason):
            store.answer(test, question, answer)
    assert store.answers() == [(first, "human")]
    assert store.answer(second.test, second.id, "ai") == 0


def test_an_answer_whose_reply_was_lost_can_be_sent_again(store, clips):
    first, _ = asked(store, clips)
    assert store.answer(first.test, first.id, "human") == 1
    assert store.answer(first.test, first.id, "human") == 1
    assert store.answers() == [(first, "human")]


def test_nothing_is_answered_unheard(store, clips):
    first, _ = asked(store, clips, PREFERENCE, played=False)
    for clip in ("template", "a", "a"):
        store.note_played(first, clip)
        with pytest.raises(InvalidRequestError, match="listen before you answer"):
            store.answer(first.test, first.id, "a")
    store.note_played(first, "b")
    assert store.answer(first.test, first.id, "a") == 1


def test_many_at_once_lose_nothing_and_one_question_takes_one_answer(path, clips):
    """Each thread has a store of its own, as another process would; the file is new."""
    n_threads = 8
    start, outcomes = threading.Barrier(n_threads), []
    shared = clips.draw(HUMAN_OR_AI, "digest", 0)

    def visit(number):
        store = AnswerStore(path)
        start.wait(timeout=20)
        if number == 0:
            store.add(shared)
            store.note_played(shared[0], "a")
        for question in asked(store, clips, seed=number):
            store.answer(question.test, question.id, "human")
        start.wait(timeout=20)
        try:
            store.answer(shared[0].test, shared[0].id, "human" if number % 2 else "ai")
            outcomes.append("taken")
        except InvalidRequestError as error:
            outcomes.append(str(error))

    threads = [threading.Thread(target=visit, args=(number,)) for number in range(n_threads)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    # Whichever answer came first stands, and those who gave the other are told.
    n_taken = outcomes.count("taken")
    assert n_taken == n_threads // 2
    assert outcomes.count("this question is answered already") == n_threads - n_taken
    assert len(AnswerStore(path).answers()) == 2 * n_threads + 1


@pytest.mark.parametrize("days", [-400, 400])
def test_a_clock_that_jumps_ends_no_test(store, path, clips, days):
    first, second = asked(store, clips)
    then = (datetime.now(UTC) + timedelta(days=days)).isoformat(timespec="seconds")
    sql(path, f"UPDATE question SET asked_utc = '{then}'")  # noqa: S608
    asked(store, clips, seed=1)
    store.answer(first.test, first.id, "ai")
    assert store.answer(second.test, second.id, "human") == 0


def test_unanswered_questions_of_old_tests_are_dropped_and_answers_stay(
    store, path, clips, monkeypatch
):
    monkeypatch.setattr(KEPT, 2)
    first, second = asked(store, clips)
    store.answer(first.test, first.id, "ai")
    asked(store, clips, seed=1)
    assert store.question(second.test, second.id) == second
    asked(store, clips, seed=2)
    asked(store, clips, seed=3)
    assert store.answers() == [(first, "ai")]
    with pytest.raises(InvalidRequestError, match="no such question"):
        store.question(second.test, second.id)
    assert sql(path, f"SELECT * FROM played WHERE question = '{second.id}'") == []  # noqa: S608


def test_beginning_many_tests_ends_none_that_is_heard(store, clips, monkeypatch):
    monkeypatch.setattr(KEPT, 2)
    first, second = asked(store, clips)
    unheard, _ = asked(store, clips, played=False, seed=1)
    for seed in range(2, 8):
        newest, _ = asked(store, clips, played=False, seed=seed)
    for question in (first, second):
        store.answer(question.test, question.id, "ai")
    assert store.question(newest.test, newest.id) == newest
    with pytest.raises(InvalidRequestError, match="no such question"):
        store.question(unheard.test, unheard.id)


def refusal(path):
    with pytest.raises(DatabaseError) as caught:
        AnswerStore(path).answers()
    message = str(caught.value)
    assert path.name in message
    assert "\n" not in message
    return message


def test_files_that_cannot_be_used_are_said_and_left_alone(path, tmp_path):
    path.parent.mkdir()
    path.write_bytes(b"no database " * 100)
    assert "not a database" in refusal(path)
    assert path.read_bytes() == b"no database " * 100
    newer = tmp_path / "newer.sqlite3"
    sql(newer, f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    assert f"of version {SCHEMA_VERSION + 1}" in refusal(newer)
    in_the_way = tmp_path / "file"
    in_the_way.write_text("")
    refusal(in_the_way / "listening.sqlite3")
