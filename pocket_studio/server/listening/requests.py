"""What may be asked of the listening test."""

from typing import Annotated, Final

from pydantic import Field

from pocket_studio.schema.words import Named, OneOf, Record, record
from pocket_studio.server.listening.questions import ANSWERS, CLIPS, KINDS, PREFERENCE

_ALL_ANSWERS: Final = tuple(answer for answers in ANSWERS.values() for answer in answers)
_A_GIVEN_ID: Final = "an id that the studio gave out"
_Id = Annotated[str, Field(strict=True, pattern=r"^[A-Za-z0-9_-]{1,64}$")]


@record()
class StartRequest(Record):
    """A test of a kind."""

    kind: Annotated[str, OneOf(KINDS), Named("the kind of test")]


@record()
class FetchRequest(Record):
    """What is to be done about the data set."""

    want: Annotated[str, OneOf(("start", "cancel")), Named("what is wanted")]


@record()
class _OfQuestion(Record):
    test: Annotated[_Id, Named("the test", _A_GIVEN_ID)]
    question: Annotated[_Id, Named("the question", _A_GIVEN_ID)]


@record()
class ClipRequest(_OfQuestion):
    """A clip of a question; whether its question has that clip is not known here."""

    clip: Annotated[str, OneOf(CLIPS[PREFERENCE]), Named("the clip")]


@record()
class AnswerRequest(_OfQuestion):
    """An answer to a question; whether its question has that answer is not known here."""

    answer: Annotated[str, OneOf(_ALL_ANSWERS), Named("the answer")]
