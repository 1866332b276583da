"""What a listening test asks (section 4.1): which human windows, and which clip is the human's.

There are two kinds of test. "human_or_ai" plays one clip, `a`; "preference" plays the template,
then the human's groove and the model's groove for it as `a` and `b`. A question names its human
window; the template is that window's own, and the model's groove follows from template, genre and
seed, so that a question says all that is needed to play it again.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from pocket_studio.errors import MissingPartError
from pocket_studio.music.groove import Groove
from pocket_studio.music.patterns import Template
from pocket_studio.performance import MAX_SEED

HUMAN_OR_AI: Final = "human_or_ai"
PREFERENCE: Final = "preference"
KINDS: Final = (HUMAN_OR_AI, PREFERENCE)
TEMPLATE, A, B = "template", "a", "b"
CLIPS: Final = {HUMAN_OR_AI: (A,), PREFERENCE: (TEMPLATE, A, B)}
HUMAN, AI = "human", "ai"
ANSWERS: Final = {HUMAN_OR_AI: (HUMAN, AI), PREFERENCE: (A, B)}
N_QUESTIONS: Final = 10

_PLAIN_VELOCITY: Final = 0.7


@dataclass(frozen=True)
class HumanClip:
    """A two-bar window that a person played, with its genre and its template."""

    groove: Groove
    genre: str
    template: Template


@dataclass(frozen=True)
class Question:
    """One question of a test, with what the browser must not know before it is answered.

    Attributes
    ----------
    id, test : str
        Random; they say nothing of the rest.
    number : int
        Its place in the test, from 1.
    kind : str
        One of `KINDS`.
    track_id, window : str, int
        The human clip: the track in the data set and the number of its window, from 0.
    genre, seed : str, int
        What the model is given besides the window's template.
    checkpoint : str
        Digest of the model.
    a_is_human : bool
        Whether clip `a` is the human's; if not, it is the model's.
    """

    id: str
    test: str
    number: int
    kind: str
    track_id: str
    window: int
    genre: str
    seed: int
    checkpoint: str
    a_is_human: bool

    @property
    def a_source(self) -> str:
        """Who plays clip `a`: `human` or `ai`."""
        return HUMAN if self.a_is_human else AI

    def chosen_source(self, answer: str) -> str:
        """Return whom `answer` names: `human` or `ai`."""
        if self.kind == HUMAN_OR_AI:
            return answer
        return HUMAN if (answer == A) == self.a_is_human else AI


class HumanClips:
    """The human clips of the test, by the track of the data set that they are windows of.

    Raises
    ------
    MissingPartError
        If there are none.
    """

    def __init__(self, tracks: Mapping[str, tuple[HumanClip, ...]]) -> None:
        if not tracks:
            raise MissingPartError("the training cache has no test tracks with a genre")
        self._tracks = tracks

    def __getitem__(self, question: Question) -> HumanClip:
        return self._tracks[question.track_id][question.window]

    def __contains__(self, question: Question) -> bool:
        return question.window < len(self._tracks.get(question.track_id, ()))

    def draw(self, kind: str, checkpoint: str, seed: int) -> tuple[Question, ...]:
        """Draw a test of `kind`: ten questions, fewer if there are fewer tracks.

        Each is from another track, and in half of them, at random places, clip `a` is the human's.
        The same seed draws the same questions under new ids.
        """
        random = np.random.default_rng(seed)
        n_questions = min(N_QUESTIONS, len(self._tracks))
        tracks = random.choice(list(self._tracks), n_questions, replace=False).tolist()
        # An odd one out falls to either side.
        halves = (np.arange(n_questions) + random.integers(2)) % 2 == 0
        test = secrets.token_urlsafe(16)
        questions = []
        for number, (track_id, a_is_human) in enumerate(
            zip(tracks, random.permutation(halves).tolist(), strict=True), start=1
        ):
            window = int(random.integers(len(self._tracks[track_id])))
            questions.append(
                Question(
                    id=secrets.token_urlsafe(16),
                    test=test,
                    number=number,
                    kind=kind,
                    track_id=track_id,
                    window=window,
                    genre=self._tracks[track_id][window].genre,
                    seed=int(random.integers(MAX_SEED + 1)),
                    checkpoint=checkpoint,
                    a_is_human=a_is_human,
                )
            )
        return tuple(questions)


def plain_groove(template: Template, tempo_bpm: float) -> Groove:
    """Return `template` [32, 7] as it is sketched: hits equally hard, exactly on the grid."""
    note = template.astype(np.float32)
    return Groove(note, _PLAIN_VELOCITY * note, np.zeros_like(note), tempo_bpm)
