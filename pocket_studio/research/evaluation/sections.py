"""What stands in which table of the report, and what its numbers mean."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from pocket_studio.music.genres import GENRES
from pocket_studio.research.evaluation.protocol import ROWS

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
    title, path : str
        Its title, and where its score is in a row's results.
    decimals : int
    loss : Loss, optional
        How bad a score is, if one can be better than another.
    """

    title: str
    path: str
    decimals: int = 3
    loss: Loss | None = None


@dataclass(frozen=True)
class Section:
    """A table with a title and what there is to say about it, in Markdown.

    Attributes
    ----------
    title, text : str
    columns : tuple of Column
    rows : Mapping of str to str
        Title of each row to its name in the results.
    others : Mapping of str to Mapping
        Rows that are no systems, above the others: for each a column's path to where in the
        results its score is.
    """

    title: str
    text: str
    columns: tuple[Column, ...]
    rows: Mapping[str, str]
    others: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def _reconstruction(title: str, name: str, loss: Loss | None, decimals: int = 3) -> Column:
    return Column(title, f"reconstruction.{name}", decimals, loss)


def _generation(title: str, name: str, loss: Loss | None = None, decimals: int = 3) -> Column:
    return Column(title, f"generation.{name}", decimals, loss)


PAPER_TABLE: Final = {
    "test data": (None, None, None, None, None, "0.906 ± 0.042"),
    "K-NN": (
        "0.561 ± 0.029",
        "0.217 ± 0.025",
        "0.037 ± 0.003",
        "0.191 ± 0.040",
        "0.011 ± 0.001",
        "0.487 ± 0.018",
    ),
    "1-step": (
        "0.816 ± 0.015",
        "0.115 ± 0.017",
        "0.025 ± 0.001",
        "0.846 ± 0.072",
        "0.013 ± 0.001",
        "0.554 ± 0.033",
    ),
    "2-step (VAE)": (
        "0.840 ± 0.024",
        "0.3664 ± 0.096",
        "0.0020 ± 0.000",
        "0.0704 ± 0.027",
        "0.004 ± 0.000",
        "0.807 ± 0.026",
    ),
    "2-step (VQ-VAE)": (
        "0.973 ± 0.004",
        "0.004 ± 0.003",
        "0.002 ± 0.000",
        "0.0416 ± 0.016",
        "0.003 ± 0.000",
        "0.866 ± 0.028",
    ),
    "+genres": (
        "0.973 ± 0.000",
        "0.004 ± 0.003",
        "0.002 ± 0.000",
        "0.0439 ± 0.016",
        "0.003 ± 0.000",
        "0.898 ± 0.029",
    ),
    "+genres+patterns": (
        "0.972 ± 0.005",
        "0.011 ± 0.009",
        "0.001 ± 0.000",
        "0.0154 ± 0.006",
        "0.002 ± 0.000",
        "0.899 ± 0.037",
    ),
}
"""Table 1 as the paper prints it, in the columns of the first of `SECTIONS`."""

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
_OF_GENRES: Final = tuple(f"genre_accuracy_by_genre.{genre}" for genre in GENRES)

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
            _reconstruction("note F1", "note_f1", _higher),
            _reconstruction("velocity KL", "velocity_kl", _lower),
            _reconstruction("velocity MSE", "velocity_mse", _lower, 4),
            _reconstruction("microtiming KL", "microtiming_kl", _lower),
            _reconstruction("microtiming MSE", "microtiming_mse", _lower, 4),
            _reconstruction("genre accuracy", "genre_accuracy", _higher),
        ),
        _SYSTEMS,
        {"test data": {"reconstruction.genre_accuracy": "human.genre_accuracy"}},
    ),
    Section(
        "Beyond the paper's columns",
        "Micro F1 counts all cells together; exact is the share of windows whose every cell is "
        "right; at hits is where the human plays. Spread is the mean standard deviation within a "
        "window over the humans': below 1 is flatter than a human.",
        (
            _reconstruction("micro F1", "note_f1_micro", _higher),
            _reconstruction("exact", "note_exact", _higher),
            _reconstruction("velocity MSE at hits", "velocity_mse_hits", _lower, 4),
            _reconstruction("microtiming MSE at hits", "microtiming_mse_hits", _lower, 4),
            _reconstruction("velocity spread", "velocity_spread", _as_humans, 2),
            _reconstruction("microtiming spread", "microtiming_spread", _as_humans, 2),
            _reconstruction("codes used", "codes_used", None, 0),
        ),
        _SYSTEMS,
        {"template alone": {"reconstruction.note_f1_micro": "human.template_note_f1_micro"}},
    ),
    Section(
        "The rate of NOTE",
        "What NOTE may say about a beat, and how much of it comes back. The VAE's rate is the KL "
        "divergence of its last epoch, on the training data. The shipped checkpoint was trained "
        "longer, with masked templates, and at times without its details.",
        (
            Column("bits a beat", "bits_per_beat", 1),
            _reconstruction("note F1", "note_f1", _higher),
            _reconstruction("micro F1", "note_f1_micro", _higher),
            _reconstruction("exact", "note_exact", _higher),
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
            _generation("hits a window", "hits_per_window", None, 1),
            _generation("humans'", "hits_per_window_human", None, 1),
            _generation("micro F1 to human", "note_f1_micro_to_human"),
            _generation("velocity KL", "velocity_kl", _lower),
            _generation("microtiming KL", "microtiming_kl", _lower),
            _generation("velocity spread", "velocity_spread", _as_humans, 2),
            _generation("microtiming spread", "microtiming_spread", _as_humans, 2),
            _generation("discriminator AUC", "discriminator.auc", _lower),
            _generation("sd over three", "discriminator.auc_sd"),
        ),
        _SYSTEMS,
    ),
    Section(
        "New grooves: the sketch kept, and variety",
        "Share of windows that play all of the template's kicks, and all its snares on two and "
        "four. Diversity of four takes of a template, over all pairs: 1 - micro F1, and the mean "
        "difference of velocity and microtiming at the hits they share.",
        (
            _generation("kicks kept", "kicks_kept", _higher),
            _generation("two and four kept", "two_four_snares_kept", _higher),
            _generation("diversity: notes", "diversity_note"),
            _generation("velocity", "diversity_velocity"),
            _generation("microtiming", "diversity_microtiming"),
        ),
        _SYSTEMS,
    ),
    Section(
        "New grooves: genre",
        "What the classifier takes them for: share right, of all and of each genre, and share "
        "called funk, when told what the row is told and when told funk for all (Figure 5).",
        (
            _generation("accuracy", "genre_accuracy", _higher),
            *(
                _generation(genre, path, _higher)
                for genre, path in zip(GENRES, _OF_GENRES, strict=True)
            ),
            _generation("called funk", "genre_shares.funk"),
            Column("all told funk: called funk", "all_funk.genre_shares.funk"),
        ),
        _SYSTEMS,
        {
            "test data": {
                f"generation.{name}": f"human.{name}"
                for name in ("genre_accuracy", *_OF_GENRES, "genre_shares.funk")
            }
        },
    ),
    Section(
        "New grooves: painted contours",
        "Share of painted steps with a hit that come out as asked, for contours painted at random "
        "and for their opposites (flipped).",
        tuple(
            Column(title + flipped, f"control.{name}{'_flipped' * bool(flipped)}")
            for flipped in ("", ", flipped")
            for title, name in (
                ("pushed", "pushed_followed"),
                ("laid back", "laid_back_followed"),
                ("velocity class", "velocity_class_exact"),
                ("within one", "velocity_class_within_one"),
            )
        ),
        _SYSTEMS,
    ),
    Section(
        "Time",
        "Training of all that a row needs, of which rows share parts, and scoring: seconds on the "
        "clock, of a machine that did other work beside.",
        (Column("training", "training_s", 0), Column("scoring", "scoring_s", 0)),
        {row.title: name for name, row in ROWS.items()},
    ),
)
