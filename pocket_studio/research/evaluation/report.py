"""The tables and figures of `docs/results/`, made from what `table` has measured."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

from pocket_studio.files import write_atomically
from pocket_studio.research.corpus import OFFICIAL
from pocket_studio.research.evaluation.claims import CLAIMS, verdict
from pocket_studio.research.evaluation.figures import FIGURES, figure_png
from pocket_studio.research.evaluation.paper import PAPER_TABLE
from pocket_studio.research.evaluation.results import TableResults
from pocket_studio.research.evaluation.sections import SECTIONS, Column, Section
from pocket_studio.research.evaluation.splits import (
    Group,
    Measured,
    Score,
    groups_of,
    of_row,
    read_results,
)

_NOTHING: Final = "-"
_INTRODUCTION: Final = """\
Written by `python -m pocket_studio report`, from the JSON files beside it; do not edit.
`python -m pocket_studio evaluate table1` measures what they hold, split by split: it trains all
rows with one budget and scores them on test tracks that none of them has seen, except that the
shipped checkpoint has a longer training of its own. Formulas are in
[`metrics`](../../../pocket_studio/research/metrics/__init__.py), rows in
[`protocol.py`](../../../pocket_studio/research/evaluation/protocol.py)."""
_ORDER: Final = """\
What the paper claims of the order, and this project of the numbers, worked out from the results."""
_BOLD: Final = """\
Mean ± standard deviation over the splits. **Bold** is better than the row above by more than two
standard errors of the difference, split by split."""
_PAPER: Final = """\
In italics the paper's Table 1 as printed, mean ± sd over five random splits; above it ours. They
are of other data and not comparable: the paper has 2841 tracks, of which this data set is a part;
the others, commercial loops (Groove Monkee, BFD3) and files from Reddit, are not public. More than
half of its windows are hip hop or electronic, of which this data set has few, and a random split
of loops that come in packs may leave variants of one loop on both sides, where splits by session
leave none."""
_SETTINGS: Final[Mapping[str, Callable[[TableResults], object]]] = {
    "split": lambda results: results.split,
    "seed": lambda results: results.seed,
    "epochs": lambda results: results.budget.epochs,
    "of the prior": lambda results: results.budget.prior_epochs,
    "of the classifier": lambda results: results.budget.classifier_epochs,
    "training windows": lambda results: results.n_windows.train,
    "validation": lambda results: results.n_windows.validation,
    "test": lambda results: results.n_windows.test,
}


def write_report(results_dir: Path, budget: str) -> list[Path]:
    """Write `README.md` and the figures beside the results of `budget`; return their paths.

    The figures show the official split or, without it, the first there is; Figure 4 the mean of
    the splits by session, if there are any. A figure whose rows are not measured is left out.

    Raises
    ------
    MissingPartError
        If there are no results.
    CheckpointError
        If results are damaged, or not of one budget, seed and data.
    """
    splits = read_results(results_dir, budget)
    shown = splits.get(OFFICIAL) or next(iter(splits.values()))
    first, *_ = groups_of(splits)
    pictures = {
        name: figure_png(figure, *(first.splits.values() if figure.mean else [shown]))
        for name, figure in FIGURES.items()
    }
    files: dict[str, bytes | str] = {
        f"{name}.png": picture for name, picture in pictures.items() if picture is not None
    }
    captions = {name: FIGURES[name.removesuffix(".png")].caption for name in files}
    files["README.md"] = report_text(splits, f"split {shown.split}", captions)
    for name, content in files.items():
        write_atomically(results_dir / budget / name, content)
    return [results_dir / budget / name for name in files]


def report_text(splits: Mapping[str, TableResults], shown: str, captions: Mapping[str, str]) -> str:
    """Return the report in Markdown; `captions` of the figures' files, which show split `shown`."""
    parts = [
        f"# Results at budget `{next(iter(splits.values())).budget.name}`",
        _INTRODUCTION,
        _settings(splits.values()),
    ]
    groups = groups_of(splits)
    for number, group in enumerate(groups):
        parts += [f"## {group.title}: {_names(group)}", *[_BOLD] * (len(group.splits) > 1)]
        parts += _tables(group, explained=number == 0)
        parts += ["### Does the order of Table 1 hold?", _ORDER, _verdicts(group)]
    parts += ["## Beside the paper's own numbers", _PAPER, _beside_paper(groups[0])]
    parts.append(f"## Figures ({shown})")
    parts += [f"![{caption}]({name})\n\n{caption}" for name, caption in captions.items()]
    return "\n\n".join(parts) + "\n"


def _settings(splits: Iterable[TableResults]) -> str:
    """Return the settings of each split, the data's hash and the libraries."""
    splits = list(splits)
    hours = [
        sum(epoch["duration_s"] for part in results.curves.values() for epoch in part) / 3600
        for results in splits
    ]
    rows = [
        [*(str(setting(results)) for setting in _SETTINGS.values()), f"{spent:.1f}"]
        for results, spent in zip(splits, hours, strict=True)
    ]
    libraries = sorted(
        {
            f"{library} {version}"
            for results in splits
            for row in results.rows.values()
            for library, version in row.libraries.items()
        }
    )
    data = f"Data: archive SHA-256 `{splits[0].archive_sha256}`. Libraries: "
    table = _markdown([*_SETTINGS, "hours of training, summed over parts"], rows)
    return f"{table}\n\n{data}{', '.join(libraries)}."


def _names(group: Group) -> str:
    names = ", ".join(group.splits)
    return f"split {names}" if len(group.splits) == 1 else f"splits {names}"


def _tables(group: Group, *, explained: bool) -> list[str]:
    """Return the title, text (if `explained`) and table of each section that has any scores."""
    parts = []
    for section in SECTIONS:
        rows = _section_rows(section, group)
        if rows:
            parts += [
                f"### {section.title}",
                *[section.text] * explained,
                _markdown(["", *(column.title for column in section.columns)], rows),
            ]
    return parts


def _section_rows(section: Section, group: Group) -> list[list[str]]:
    """Return the rows of `section` in which something is measured."""
    places: dict[str, list[Score | None]] = {
        title: [of_row(name, column.score) for column in section.columns]
        for title, name in section.rows.items()
    }
    if section.human:
        places = {section.human: [_of_human(column) for column in section.columns]} | places
    rows: list[list[str]] = []
    above: list[Score | None] = []
    for title, scores in places.items():
        measured = [[] if score is None else group.measured(score) for score in scores]
        splits = max((each.splits for cell in measured for each in cell), key=len, default=())
        if not splits:
            continue
        cells = [_cell(*pair, of=splits) for pair in zip(measured, section.columns, strict=True)]
        if above:
            cells = [
                f"**{cell}**" if _is_clearly_better(group, column, *pair) else cell
                for cell, column, *pair in zip(cells, section.columns, scores, above, strict=True)
            ]
        rows.append([title + _only(splits, of=group.splits), *cells])
        above = [] if title == section.human else scores
    return rows


def _of_human(column: Column) -> Score | None:
    score = column.human
    if score is None:
        return None
    return lambda results: None if results.human is None else score(results.human)


def _is_clearly_better(
    group: Group, column: Column, score: Score | None, above: Score | None
) -> bool:
    """Return whether a score is better than the one above it, by two standard errors."""
    if column.loss is None or score is None or above is None:
        return False
    difference = group.paired(score, above, column.loss)
    return difference is not None and difference.is_clear and difference.mean < 0


def _cell(measured: Sequence[Measured], column: Column, of: Sequence[str]) -> str:
    """Return "mean ± sd" of the one score `measured` in a row of splits `of`, or a dash."""
    if not measured:
        return _NOTHING
    (score,) = measured
    text = f"{score.mean:.{column.decimals}f}"
    if score.sd is not None:
        text += f" ± {score.sd:.{column.decimals}f}"
    return text + _only(score.splits, of)


def _only(splits: Sequence[str], of: Collection[str]) -> str:
    """Say which splits there are if they are not all."""
    return f" (only {', '.join(splits)})" if len(splits) < len(of) else ""


def _verdicts(group: Group) -> str:
    rows = []
    for each in (verdict(claim, group) for claim in CLAIMS):
        found = each.difference
        rows.append(
            [
                each.claim.text,
                _number(each.score),
                _NOTHING if each.bound is None else f"{each.claim.relation} {_number(each.bound)}",
                _answer(each.holds),
                _NOTHING if found is None else f"{found.mean:.3g} ({found.standard_error:.2g})",
                _NOTHING if found is None else _answer(found.is_clear),
            ]
        )
    titles = ["claim", "measured", "should be", "holds"]
    return _markdown([*titles, "paired difference (its error)", "beyond two errors"], rows)


def _beside_paper(group: Group) -> str:
    """Return the first section's table with the paper's numbers below each row of `group`."""
    section = SECTIONS[0]
    rows = []
    for title, *cells in _section_rows(section, group):
        rows.append([title, *cells])
        printed = PAPER_TABLE.get(title.split(" (only")[0])
        if printed:
            rows.append(["*paper*", *(f"*{cell}*" if cell else _NOTHING for cell in printed)])
    return _markdown(["", *(column.title for column in section.columns)], rows)


def _number(number: float | None) -> str:
    return _NOTHING if number is None else f"{number:.4g}"


def _answer(holds: bool | None) -> str:
    return "not measured" if holds is None else "yes" if holds else "**no**"


def _markdown(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table: the first column to the left, the others to the right."""
    lines = [titles, ["---", *["--:"] * (len(titles) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
