"""Requests of the listening test."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pocket_studio.errors import InvalidRequestError
from pocket_studio.schema.fields import read_choice, read_object
from pocket_studio.server.listening.questions import ANSWERS, CLIPS, KINDS, PREFERENCE

_ID: Final = re.compile(r"[\w-]{1,64}", re.ASCII)
_ALL_ANSWERS: Final = tuple(answer for answers in ANSWERS.values() for answer in answers)


@dataclass(frozen=True)
class QuestionRequest:
    """A clip of, or an answer to, a question of a listening test."""

    test: str
    question: str
    choice: str


def parse_test_request(data: object) -> str:
    """Read a request for a listening test: its kind."""
    return read_choice(read_object(data, "the request").get("kind"), KINDS, "the kind of test")


def parse_clip_request(data: object) -> QuestionRequest:
    """Read a request for a clip; whether its question has that clip is not known here."""
    return _question_request(data, "clip", CLIPS[PREFERENCE])


def parse_answer_request(data: object) -> QuestionRequest:
    """Read an answer; whether its question has that answer is not known here."""
    return _question_request(data, "answer", _ALL_ANSWERS)


def _question_request(data: object, key: str, choices: Sequence[str]) -> QuestionRequest:
    fields = read_object(data, "the request")
    for name in ("test", "question"):
        if not isinstance(fields.get(name), str) or not _ID.fullmatch(fields[name]):
            raise InvalidRequestError(f"the {name} must be an id that the studio gave out")
    choice = read_choice(fields.get(key), choices, f"the {key}")
    return QuestionRequest(fields["test"], fields["question"], choice)
