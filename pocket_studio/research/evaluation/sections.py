"""What stands in which table of the report, and what its numbers mean."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from pocket_studio.music.genres import GENRES
from pocket_studio.research.evaluation.protocol import ROWS
from pocket_studio.research.evaluation.results import (
    Control,
    Discriminated,
    Generation,
    Human,
    Reconstruction,
    RowResult,
)

Loss = Callable[[float], float]
"""What makes of a score how bad it is."""


def _lower(score: float) -> float:
    return score


def _higher(score: float) -> float:
    return -score


def _as_humans(ratio: float) -> float:
    return abs(ratio - 1)


@dataclass(frozen=True)
class Column:
    """A column of a table.

    Attributes
    ----------
    title : str
    score : function of RowResult
        Its score in a row's results, None where there is none.
    decimals : int
    loss : Loss, optional
        How bad a score is, if one can be better than another.
    human : function of Human, optional
        The score of the row above the systems, if it has one.
    """

    title: str
    score: Callable[[RowResult], float | None]
    decimals: int = 3
    loss: Loss | None = None
    human: Callable[[Human], float | None] | None = None


@dataclass(frozen=True)
class Section:
    """A table with a title and what there is to say about it, in Markdown.

    Attributes
    ----------
    title, text : str
    columns : tuple of Column
    rows : Mapping of str to str
        Title of each row to its name in the results.
    human : str
        Title of a row of what is measured without any system, above the others; empty without.
    """

    title: str
    text: str
    columns: tuple[Column, ...]
    rows: Mapping[str, str]
    human: str = ""


def _reconstruction(
    title: str,
    score: Callable[[Reconstruction], float | None],
    loss: Loss | None,
    decimals: int = 3,
    human: Callable[[Human], float | None] | None = None,
) -> Column:
    return Column(title, lambda row: score(row.reconstruction), decimals, loss, human)


def _generation(
    title: str,
    score: Callable[[Generation], float | None],
    loss: Loss | None = None,
    decimals: int = 3,
    human: Callable[[Human], float | None] | None = None,
) -> Column:
    return Column(
        title,
        lambda row: None if row.generation is None else score(row.generation),
        decimals,
        loss,
        human,
    )


def _discriminator(
    title: str, score: Callable[[Discriminated], float], loss: Loss | None = None
) -> Column:
    return _generation(
        title,
        lambda scores: None if scores.discriminator is None else score(scores.discriminator),
        loss,
    )


def _control(title: str, score: Callable[[Control], float | None]) -> Column:
    return Column(title, lambda row: None if row.control is None else score(row.control))


def _genre_accuracy(genre: str) -> Column:
    return _generation(
        genre,
        lambda scores: scores.genre_accuracy_by_genre[genre],
        _higher,
        human=lambda human: human.genre_accuracy_by_genre[genre],
    )


_SYSTEMS: Final = {row.title: name for name, row in ROWS.items() if row.generates}
_RATES: Final = {
    "64 codes: 2-step (VQ-VAE)": "two-step-vq",
    "256 codes": "codes-256",
    "1024 codes": "codes-1024",
    "64 codes and 64 details": "codes-64+64",
    "no codes: 2-step (VAE)": "two-step-vae",
    "shipped: 64 codes and 64 + 64 details": "shipped",
    "shipped: 64 codes and 64 details": "shipped-64+64",
    "shipped: 64 codes alone": "shipped-64",
}

SECTIONS: Final = (
    Section(
        "Table 1: reconstruction",
        "The paper's columns. Note F1 is the mean of each step's F1; KL the distance of the hits' "
        "velocity or microtiming from the humans', mean of the positions 1, e, & and a; MSE is "
        "over all cells, of velocity in 0..1 and of microtiming in half sixteenths. As in the "
        "paper, VEL and TIME of the two-step models are scored on the true notes, K-NN and 1-step "
        "on the notes that came back. Genre accuracy is the classifier's on the whole groove that "
        "came back; on the test data it is the bound.",
        (
            _reconstruction("note F1", lambda scores: scores.note_f1, _higher),
            _reconstruction("velocity KL", lambda scores: scores.velocity_kl, _lower),
            _reconstruction("velocity MSE", lambda scores: scores.velocity_mse, _lower, 4),
            _reconstruction("microtiming KL", lambda scores: scores.microtiming_kl, _lower),
            _reconstruction("microtiming MSE", lambda scores: scores.microtiming_mse, _lower, 4),
            _reconstruction(
                "genre accuracy",
                lambda scores: scores.genre_accuracy,
                _higher,
                human=lambda human: human.genre_accuracy,
            ),
        ),
        _SYSTEMS,
        "test data",
    ),
    Section(
        "Beyond the paper's columns",
        "Micro F1 counts all cells together; exact is the share of windows whose every cell is "
        "right; at hits is where the human plays. Spread is the mean standard deviation within a "
        "window over the humans': below 1 is flatter than a human.",
        (
            _reconstruction(
                "micro F1",
                lambda scores: scores.note_f1_micro,
                _higher,
                human=lambda human: human.template_note_f1_micro,
            ),
            _reconstruction("exact", lambda scores: scores.note_exact, _higher),
            _reconstruction(
                "velocity MSE at hits", lambda scores: scores.velocity_mse_hits, _lower, 4
            ),
            _reconstruction(
                "microtiming MSE at hits", lambda scores: scores.microtiming_mse_hits, _lower, 4
            ),
            _reconstruction(
                "velocity spread", lambda scores: scores.velocity_spread, _as_humans, 2
            ),
            _reconstruction(
                "microtiming spread", lambda scores: scores.microtiming_spread, _as_humans, 2
            ),
            _reconstruction("codes used", lambda scores: scores.codes_used, None, 0),
        ),
        _SYSTEMS,
        "template alone",
    ),
    Section(
        "The rate of NOTE",
        "What NOTE may say about a beat, and how much of it comes back. The VAE's rate is the KL "
        "divergence of its last epoch, on the training data. The shipped checkpoint was trained "
        "longer, with masked templates, and at times without its details.",
        (
            Column("bits a beat", lambda row: row.bits_per_beat, 1),
            _reconstruction("note F1", lambda scores: scores.note_f1, _higher),
            _reconstruction("micro F1", lambda scores: scores.note_f1_micro, _higher),
            _reconstruction("exact", lambda scores: scores.note_exact, _higher),
        ),
        _RATES,
    ),
    Section(
        "New grooves",
        "What a user gets: the templates of the test windows that have a genre, with codes from "
        "the prior and z from N(0, 1), over beats from priors of its own. Discriminators that have "
        "learnt from the training part's windows, and new grooves for them, tell these from the "
        "humans': .5 is chance, 1 is always right. K-NN has no chance in it and repeats its "
        "reconstruction.",
        (
            _generation("hits a window", lambda scores: scores.hits_per_window, None, 1),
            _generation("humans'", lambda scores: scores.hits_per_window_human, None, 1),
            _generation("micro F1 to human", lambda scores: scores.note_f1_micro_to_human),
            _generation("velocity KL", lambda scores: scores.velocity_kl, _lower),
            _generation("microtiming KL", lambda scores: scores.microtiming_kl, _lower),
            _generation("velocity spread", lambda scores: scores.velocity_spread, _as_humans, 2),
            _generation(
                "microtiming spread", lambda scores: scores.microtiming_spread, _as_humans, 2
            ),
            _discriminator("discriminator AUC", lambda found: found.auc, _lower),
            _discriminator("sd over three", lambda found: found.auc_sd),
        ),
        _SYSTEMS,
    ),
    Section(
        "New grooves: the sketch kept, and variety",
        "Share of windows that play all of the template's kicks, and all its snares on two and "
        "four. Diversity of four takes of a template, over all pairs: 1 - micro F1, and the mean "
        "difference of velocity and microtiming at the hits they share.",
        (
            _generation("kicks kept", lambda scores: scores.kicks_kept, _higher),
            _generation("two and four kept", lambda scores: scores.two_four_snares_kept, _higher),
            _generation("diversity: notes", lambda scores: scores.diversity_note),
            _generation("velocity", lambda scores: scores.diversity_velocity),
            _generation("microtiming", lambda scores: scores.diversity_microtiming),
        ),
        _SYSTEMS,
    ),
    Section(
        "New grooves: genre",
        "What the classifier takes them for: share right, of all and of each genre, and share "
        "called funk, when told what the row is told and when told funk for all (Figure 5).",
        (
            _generation(
                "accuracy",
                lambda scores: scores.genre_accuracy,
                _higher,
                human=lambda human: human.genre_accuracy,
            ),
            *map(_genre_accuracy, GENRES),
            _generation(
                "called funk",
                lambda scores: scores.genre_shares["funk"],
                human=lambda human: human.genre_shares["funk"],
            ),
            Column("all told funk: called funk", lambda row: row.told_funk_called_funk),
        ),
        _SYSTEMS,
        "test data",
    ),
    Section(
        "New grooves: painted contours",
        "Share of painted steps with a hit that come out as asked, for contours painted at random "
        "and for their opposites (flipped).",
        (
            _control("pushed", lambda control: control.pushed_followed),
            _control("laid back", lambda control: control.laid_back_followed),
            _control("velocity class", lambda control: control.velocity_class_exact),
            _control("within one", lambda control: control.velocity_class_within_one),
            _control("pushed, flipped", lambda control: control.pushed_followed_flipped),
            _control("laid back, flipped", lambda control: control.laid_back_followed_flipped),
            _control(
                "velocity class, flipped", lambda control: control.velocity_class_exact_flipped
            ),
            _control(
                "within one, flipped", lambda control: control.velocity_class_within_one_flipped
            ),
        ),
        _SYSTEMS,
    ),
    Section(
        "Time",
        "Training of all that a row needs, of which rows share parts, and scoring: seconds on the "
        "clock, of a machine that did other work beside.",
        (
            Column("training", lambda row: row.training_s, 0),
            Column("scoring", lambda row: row.scoring_s, 0),
        ),
        {row.title: name for name, row in ROWS.items()},
    ),
)
