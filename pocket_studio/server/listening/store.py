"""The questions and answers of the listening tests in one SQLite file; no personal data.

Every call opens the file anew and does its work in one transaction that holds the write lock, so
that any number of threads and processes may share it.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import astuple, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from pocket_studio.errors import DatabaseError, InvalidRequestError
from pocket_studio.places import DATA_DIR
from pocket_studio.server.listening.questions import ANSWERS, CLIPS, Question

DATABASE_PATH: Final = DATA_DIR / "listening.sqlite3"
SCHEMA_VERSION: Final = 1

_TIMEOUT_S: Final = 30.0
_TESTS_KEPT: Final = 1000  # with questions that nobody has answered
_COLUMNS: Final = ", ".join(field.name for field in fields(Question))
_TABLES: Final = (
    """
    CREATE TABLE question (
      id TEXT PRIMARY KEY,
      test TEXT NOT NULL,
      number INTEGER NOT NULL,
      kind TEXT NOT NULL,
      track_id TEXT NOT NULL,
      window INTEGER NOT NULL,
      genre TEXT NOT NULL,
      seed INTEGER NOT NULL,
      checkpoint TEXT NOT NULL,
      a_is_human INTEGER NOT NULL,
      asked_utc TEXT NOT NULL,
      answer TEXT,
      answered_utc TEXT,
      UNIQUE (test, number)
    )
    """,
    """
    CREATE TABLE played (
      question TEXT NOT NULL REFERENCES question (id) ON DELETE CASCADE,
      clip TEXT NOT NULL,
      PRIMARY KEY (question, clip)
    )
    """,
)


class AnswerStore:
    """The file at `path`, made with its folder when it is first used.

    Every method raises DatabaseError if the file cannot be used or is of another version.
    """

    def __init__(self, path: Path = DATABASE_PATH) -> None:
        self._path = path

    def add(self, questions: Sequence[Question]) -> None:
        """Store a test's questions, and drop what is unanswered of tests that were left.

        What stays open are the last 1000 tests begun and the last 1000 heard: beginning many ends
        none that somebody is at. Tests are counted and not timed: a clock that jumps must not end
        one.
        """
        now = _text(datetime.now(UTC))
        marks = ", ".join("?" * (len(fields(Question)) + 1))
        with self._transaction() as connection:
            connection.executemany(
                f"INSERT INTO question ({_COLUMNS}, asked_utc) VALUES ({marks})",  # noqa: S608 - our own names
                [(*astuple(question), now) for question in questions],
            )
            connection.execute(
                "DELETE FROM question WHERE answer IS NULL AND test NOT IN "
                "(SELECT test FROM question GROUP BY test ORDER BY MAX(rowid) DESC LIMIT ?) "
                "AND test NOT IN (SELECT test FROM question JOIN played ON question = id "
                "GROUP BY test ORDER BY MAX(played.rowid) DESC LIMIT ?)",
                (_TESTS_KEPT, _TESTS_KEPT),
            )

    def question(self, test: str, question_id: str) -> Question:
        """Return a question of `test`.

        Raises
        ------
        InvalidRequestError
            If there is no such question in this test.
        """
        with self._transaction() as connection:
            return _find(connection, test, question_id)

    def note_played(self, question: Question, clip: str) -> None:
        """Note that the browser has been given `clip` of `question`."""
        with self._transaction() as connection:
            connection.execute("INSERT OR IGNORE INTO played VALUES (?, ?)", (question.id, clip))

    def answer(self, test: str, question_id: str, answer: str) -> int:
        """Store the answer to a question and return how many of its test are left.

        The same answer may come twice, as it does if the reply to the first was lost.

        Raises
        ------
        InvalidRequestError
            If there is no such question in this test, it has another answer already, its clips
            have not all been played, or `answer` is none of its answers. What is stored stays.
        """
        with self._transaction() as connection:
            question = _find(connection, test, question_id)
            if answer not in ANSWERS[question.kind]:
                choices = " or ".join(ANSWERS[question.kind])
                raise InvalidRequestError(f"the answer to this question must be {choices}")
            query = "SELECT clip FROM played WHERE question = ?"
            played = {clip for (clip,) in connection.execute(query, (question_id,))}
            if not played.issuperset(CLIPS[question.kind]):
                raise InvalidRequestError("listen before you answer")
            changed = connection.execute(
                "UPDATE question SET answer = ?, answered_utc = ? WHERE id = ? AND answer IS NULL",
                (answer, _text(datetime.now(UTC)), question_id),
            )
            if changed.rowcount == 0 and not _is_stored(connection, question_id, answer):
                raise InvalidRequestError("this question is answered already")
            query = "SELECT COUNT(*) FROM question WHERE test = ? AND answer IS NULL"
            n_left: int = connection.execute(query, (test,)).fetchone()[0]
            return n_left

    def answers(self, test: str | None = None) -> list[tuple[Question, str]]:
        """Return the answers to `test` in its order, or all there are, each with its question."""
        query = f"SELECT {_COLUMNS}, answer FROM question WHERE answer IS NOT NULL"  # noqa: S608 - our own names
        with self._transaction() as connection:
            if test is None:
                rows = connection.execute(query).fetchall()
            else:
                rows = connection.execute(
                    f"{query} AND test = ? ORDER BY number", (test,)
                ).fetchall()
        return [(_to_question(row[:-1]), row[-1]) for row in rows]

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """Yield a connection that holds the write lock; an error undoes what was done."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with closing(
                sqlite3.connect(self._path, timeout=_TIMEOUT_S, isolation_level=None)
            ) as connection:
                connection.execute("PRAGMA foreign_keys = ON")
                connection.execute("BEGIN IMMEDIATE")
                with connection:
                    self._make_tables(connection)
                    yield connection
        except (sqlite3.Error, OSError) as error:
            raise DatabaseError(f"cannot use the answers in {self._path}: {error}") from None

    def _make_tables(self, connection: sqlite3.Connection) -> None:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version == 0:
            for table in _TABLES:
                connection.execute(table)
            connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        elif version != SCHEMA_VERSION:
            raise DatabaseError(
                f"the answers in {self._path} are of version {version}, not {SCHEMA_VERSION}; "
                "move the file away to begin a new one"
            )


def _find(connection: sqlite3.Connection, test: str, question_id: str) -> Question:
    query = f"SELECT {_COLUMNS} FROM question WHERE id = ? AND test = ?"  # noqa: S608 - our own names
    row = connection.execute(query, (question_id, test)).fetchone()
    if row is None:
        raise InvalidRequestError("there is no such question in this test; start a new test")
    return _to_question(row)


def _is_stored(connection: sqlite3.Connection, question_id: str, answer: str) -> bool:
    query = "SELECT answer FROM question WHERE id = ?"
    (stored,) = connection.execute(query, (question_id,)).fetchone()
    return bool(stored == answer)


def _to_question(row: Sequence[object]) -> Question:
    values = dict(zip((field.name for field in fields(Question)), row, strict=True))
    return Question(**{**values, "a_is_human": bool(values["a_is_human"])})  # type: ignore[arg-type]  # SQLite has no types to check


def _text(time: datetime) -> str:
    return time.isoformat(timespec="seconds")
