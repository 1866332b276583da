"""What stands in which table of the report, and what its numbers mean."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from pocket_studio.corpus import GENRES
from pocket_studio.evaluation.protocol import ROWS


@dataclass(frozen=True)
class Column:
    """A column of a table: its title, where its score is in a row's results, its decimals."""

    title: str
    path: str
    decimals: int = 3


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


def _reconstruction(title: str, name: str, decimals: int = 3) -> Column:
    return Column(title, f"reconstruction.{name}", decimals)


def _generation(title: str, name: str, decimals: int = 3) -> Column:
    return Column(title, f"generation.{name}", decimals)


_SYSTEMS: Final = {row.title: name for name, row in ROWS.items() if row.generates}
_RATES: Final = {
    "64 codes: 2-step (VQ-VAE)": "two-step-vq",
    "256 codes": "codes-256",
    "1024 codes": "codes-1024",
    "64 codes and 64 details": "codes-64+64",
    "no codes: 2-step (VAE)": "two-step-vae",
    "over beats: 64 codes and 64 + 64 details": "beats",
    "shipped: 64 codes and 64 + 64 details": "shipped",
    "shipped: 64 codes alone": "shipped-codes",
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
            _reconstruction("note F1", "note_f1"),
            _reconstruction("velocity KL", "velocity_kl"),
            _reconstruction("velocity MSE", "velocity_mse", 4),
            _reconstruction("microtiming KL", "microtiming_kl"),
            _reconstruction("microtiming MSE", "microtiming_mse", 4),
            _reconstruction("genre accuracy", "genre_accuracy"),
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
            _reconstruction("micro F1", "note_f1_micro"),
            _reconstruction("exact", "note_exact"),
            _reconstruction("velocity MSE at hits", "velocity_mse_hits", 4),
            _reconstruction("microtiming MSE at hits", "microtiming_mse_hits", 4),
            _reconstruction("velocity spread", "velocity_spread", 2),
            _reconstruction("microtiming spread", "microtiming_spread", 2),
            _reconstruction("codes used", "codes_used", 0),
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
            _reconstruction("note F1", "note_f1"),
            _reconstruction("micro F1", "note_f1_micro"),
            _reconstruction("exact", "note_exact"),
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
            _generation("hits a window", "hits_per_window", 1),
            _generation("humans'", "hits_per_window_human", 1),
            _generation("micro F1 to human", "note_f1_micro_to_human"),
            _generation("velocity KL", "velocity_kl"),
            _generation("microtiming KL", "microtiming_kl"),
            _generation("velocity spread", "velocity_spread", 2),
            _generation("microtiming spread", "microtiming_spread", 2),
            _generation("discriminator AUC", "discriminator.auc"),
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
            _generation("kicks kept", "kicks_kept"),
            _generation("two and four kept", "two_four_snares_kept"),
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
            _generation("accuracy", "genre_accuracy"),
            *(_generation(genre, path) for genre, path in zip(GENRES, _OF_GENRES, strict=True)),
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
