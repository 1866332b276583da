"""What the answers say: shares with 95% Wilson intervals, the numbers of Figure 3."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt
from typing import Final, Self

from pocket_studio.server.listening.questions import AI, HUMAN, PREFERENCE, Question

_Z_95: Final = 1.959963984540054


def wilson_interval(n_chosen: int, n_answers: int) -> tuple[float, float]:
    """Return the 95% Wilson score interval of the share n_chosen / n_answers, within 0..1.

    With p the share, n the number of answers and z = 1.96, its ends are
    (p + z^2 / 2n -+ z sqrt(p (1 - p) / n + z^2 / 4n^2)) / (1 + z^2 / n). It takes the answers as
    independent; those of one listener are not quite.

    Raises
    ------
    ValueError
        If n_answers is not positive or n_chosen is not in 0..n_answers.
    """
    if not 0 <= n_chosen <= n_answers or n_answers == 0:
        raise ValueError("a share needs answers, and no more of one kind than there are")
    share, z2 = n_chosen / n_answers, _Z_95**2 / n_answers
    centre = share + z2 / 2
    half = sqrt(z2 * share * (1 - share) + z2**2 / 4)
    low, high = (centre - half) / (1 + z2), (centre + half) / (1 + z2)
    # At either end the formula gives 0 or 1 but for rounding.
    return (0.0 if n_chosen == 0 else low, 1.0 if n_chosen == n_answers else high)


@dataclass(frozen=True)
class Votes:
    """How many answers named the human and how many the AI."""

    n_human: int
    n_ai: int

    @property
    def n(self) -> int:
        """All answers."""
        return self.n_human + self.n_ai

    def share(self, source: str) -> tuple[float, float, float]:
        """Return the share of answers naming `source`, `human` or `ai`, and its 95% interval."""
        n_chosen = self.n_human if source == HUMAN else self.n_ai
        return (n_chosen / self.n, *wilson_interval(n_chosen, self.n))


@dataclass(frozen=True)
class Results:
    """The three bars of Figure 3.

    Attributes
    ----------
    human_clips, ai_clips : Votes
        What listeners took human clips and AI clips for.
    preferred : Votes
        Whose groove they preferred.
    n_models : int
        How many checkpoints the answers are about.
    """

    human_clips: Votes
    ai_clips: Votes
    preferred: Votes
    n_models: int

    @classmethod
    def of(cls, answers: Iterable[tuple[Question, str]]) -> Self:
        """Count `answers`, each with its question."""
        counts: Counter[tuple[str, str]] = Counter()
        checkpoints = set()
        for question, answer in answers:
            bar = PREFERENCE if question.kind == PREFERENCE else question.a_source
            counts[bar, question.chosen_source(answer)] += 1
            checkpoints.add(question.checkpoint)
        human, ai, preferred = (
            Votes(counts[bar, HUMAN], counts[bar, AI]) for bar in (HUMAN, AI, PREFERENCE)
        )
        return cls(human, ai, preferred, len(checkpoints))

    @property
    def n(self) -> int:
        """All answers."""
        return self.human_clips.n + self.ai_clips.n + self.preferred.n
