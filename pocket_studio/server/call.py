"""One thing that can be asked of the studio, and how it is answered."""

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from pocket_studio.errors import PocketStudioError
from pocket_studio.server.line import Line

logger = logging.getLogger(__name__)

Answer = Callable[[object], Any]

UNEXPECTED: Final = "something went wrong in the studio; the sketch is untouched"


@dataclass(frozen=True)
class Call:
    """One thing that can be asked.

    Attributes
    ----------
    answer : function
        JSON in, JSON out; raises PocketStudioError with one line.
    line : Line
        Where it waits for its turn.
    """

    answer: Answer
    line: Line

    @property
    def name(self) -> str:
        """What it is called, in addresses too."""
        return self.answer.__name__

    def guarded(self, data: object) -> Any:
        """Return the answer to `data`, as the function `guarded` does."""
        return guarded(self.answer, data)

    def packed(self, body: bytes) -> bytes:
        """Return the answer to `body`, as the function `packed` does."""
        return packed(self.answer, body)


def guarded(answer: Answer, data: object) -> Any:
    """Return `answer(data)`; what was not foreseen is logged and said in one line.

    Raises
    ------
    PocketStudioError
        If it is refused.
    """
    try:
        return answer(data)
    except PocketStudioError:
        raise
    except Exception:
        logger.exception("the %s request failed", answer.__name__)
        raise PocketStudioError(UNEXPECTED) from None


def packed(answer: Answer, body: bytes) -> bytes:
    """Return the answer to `body` as JSON.

    Raises
    ------
    PocketStudioError
        If it is refused.
    ValueError, RecursionError
        If `body` is no JSON.
    """
    return json.dumps(guarded(answer, json.loads(body)), separators=(",", ":")).encode()
