"""The tables and figures of `docs/results/`, made from what `table` has measured."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

from pocket_studio.evaluation.claims import CLAIMS, Verdict, verdict
from pocket_studio.evaluation.figures import FIGURES, figure_png
from pocket_studio.evaluation.protocol import ROWS
from pocket_studio.evaluation.results import (
    OFFICIAL,
    Group,
    Measured,
    Results,
    groups_of,
    read_results,
    value,
)
from pocket_studio.evaluation.sections import SECTIONS, Column, Section
from pocket_studio.files import write_atomically

_NOTHING: Final = "-"
_INTRODUCTION: Final = """\
Written by `python -m pocket_studio report`, from the JSON files beside it; do not edit.
`python -m pocket_studio evaluate table1` measures what they hold, split by split: it trains all
rows with one budget and scores them on test tracks that none of them has seen, except that the
shipped checkpoint has a longer training of its own. Formulas are in
[`metrics.py`](../../../pocket_studio/metrics.py), rows in
[`protocol.py`](../../../pocket_studio/evaluation/protocol.py)."""
_ORDER: Final = """\
What the paper claims of the order, and this project of the numbers, worked out from the results."""
_PAPER: Final = """\
## The paper's own numbers

As printed in its Table 1: mean ± sd over five random splits of **other data**, most of which are
not public. They are not comparable with the numbers above.

| | note F1 | velocity KL | velocity MSE | microtiming KL | microtiming MSE | genre accuracy |
|---|--:|--:|--:|--:|--:|--:|
| test data | - | - | - | - | - | 0.906 ± 0.042 |
| K-NN | 0.561 ± 0.029 | 0.217 ± 0.025 | 0.037 ± 0.003 | 0.191 ± 0.040 | 0.011 ± 0.001 | 0.487 ± 0.018 |
| 1-step | 0.816 ± 0.015 | 0.115 ± 0.017 | 0.025 ± 0.001 | 0.846 ± 0.072 | 0.013 ± 0.001 | 0.554 ± 0.033 |
| 2-step (VAE) | 0.840 ± 0.024 | 0.3664 ± 0.096 | 0.0020 ± 0.000 | 0.0704 ± 0.027 | 0.004 ± 0.000 | 0.807 ± 0.026 |
| 2-step (VQ-VAE) | 0.973 ± 0.004 | 0.004 ± 0.003 | 0.002 ± 0.000 | 0.0416 ± 0.016 | 0.003 ± 0.000 | 0.866 ± 0.028 |
| +genres | 0.973 ± 0.000 | 0.004 ± 0.003 | 0.002 ± 0.000 | 0.0439 ± 0.016 | 0.003 ± 0.000 | 0.898 ± 0.029 |
| +genres+patterns | 0.972 ± 0.005 | 0.011 ± 0.009 | 0.001 ± 0.000 | 0.0154 ± 0.006 | 0.002 ± 0.000 | 0.899 ± 0.037 |"""  # noqa: E501 - a table's row is a line
_SETTINGS: Final = {
    "split": "split",
    "seed": "seed",
    "epochs": "budget.epochs",
    "of the prior": "budget.prior_epochs",
    "of the classifier": "budget.classifier_epochs",
    "training windows": "n_windows.train",
    "validation": "n_windows.validation",
    "test": "n_windows.test",
}


def write_report(results_dir: Path, budget: str) -> list[Path]:
    """Write `README.md` and the figures beside the results of `budget`; return their paths.

    The figures show the official split or, without it, the first there is. A figure whose rows are
    not measured is left out.

    Raises
    ------
    MissingPartError
        If there are no results.
    CheckpointError
        If results are damaged, or not of one budget, seed and data.
    """
    splits = read_results(results_dir, budget)
    shown = splits.get(OFFICIAL) or next(iter(splits.values()))
    pictures = {name: figure_png(figure, shown) for name, figure in FIGURES.items()}
    files: dict[str, bytes | str] = {
        f"{name}.png": picture for name, picture in pictures.items() if picture is not None
    }
    captions = {name: FIGURES[name.removesuffix(".png")].caption for name in files}
    files["README.md"] = report_text(splits, f"split {shown['split']}", captions)
    for name, content in files.items():
        write_atomically(results_dir / budget / name, content)
    return [results_dir / budget / name for name in files]


def report_text(splits: Mapping[str, Results], shown: str, captions: Mapping[str, str]) -> str:
    """Return the report in Markdown; `captions` of the figures' files, which show split `shown`."""
    parts = [
        f"# Results at budget `{next(iter(splits.values()))['budget']['name']}`",
        _INTRODUCTION,
        _settings(splits.values()),
    ]
    for number, group in enumerate(groups_of(splits)):
        parts += [f"## {_title(group)}", *_tables(group, explained=number == 0)]
        parts += ["### Does the order of Table 1 hold?", _ORDER, _verdicts(group)]
    parts += [_PAPER, f"## Figures ({shown})"]
    parts += [f"![{caption}]({name})\n\n{caption}" for name, caption in captions.items()]
    return "\n\n".join(parts) + "\n"


def _settings(splits: Iterable[Results]) -> str:
    """Return the settings of each split, the data's hash and the libraries."""
    splits = list(splits)
    hours = [
        sum(epoch["duration_s"] for part in results["curves"].values() for epoch in part) / 3600
        for results in splits
    ]
    rows = [
        [*(str(value(results, path)) for path in _SETTINGS.values()), f"{spent:.1f}"]
        for results, spent in zip(splits, hours, strict=True)
    ]
    libraries = sorted(
        {
            f"{library} {version}"
            for results in splits
            for row in results["rows"].values()
            for library, version in row["libraries"].items()
        }
    )
    data = f"Data: archive SHA-256 `{splits[0]['archive_sha256']}`. Libraries: "
    table = _markdown([*_SETTINGS, "hours of training, summed over parts"], rows)
    return f"{table}\n\n{data}{', '.join(libraries)}."


def _title(group: Group) -> str:
    if group.is_official:
        return "Official split"
    names = ", ".join(group.splits)
    if len(group.splits) == 1:
        return f"Random split {names}"
    return f"Mean ± sd over {len(group.splits)} random splits ({names})"


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
    places = {
        title: [known.get(column.path) for column in section.columns]
        for title, known in section.others.items()
    } | {
        title: [f"rows.{name}.{column.path}" for column in section.columns]
        for title, name in section.rows.items()
        if ROWS[name].kept or group.is_official
    }
    rows = []
    for title, paths in places.items():
        measured = [[] if path is None else group.measured(path) for path in paths]
        splits = max((each.splits for cell in measured for each in cell), key=len, default=())
        if splits:
            cells = [
                _cell(*pair, of=splits) for pair in zip(measured, section.columns, strict=True)
            ]
            rows.append([title + _only(splits, of=group.splits), *cells])
    return rows


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
    verdicts = [verdict(claim, group) for claim in CLAIMS if group.is_official or not claim.shipped]
    rows = [
        [each.claim.text, _number(each.score), _bound(each), _answer(each.holds)]
        for each in verdicts
    ]
    return _markdown(["claim", "measured", "should be", "holds"], rows)


def _bound(each: Verdict) -> str:
    return _NOTHING if each.bound is None else f"{each.claim.relation} {_number(each.bound)}"


def _number(number: float | None) -> str:
    return _NOTHING if number is None else f"{number:.4g}"


def _answer(holds: bool | None) -> str:
    return "not measured" if holds is None else "yes" if holds else "**no**"


def _markdown(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table: the first column to the left, the others to the right."""
    lines = [titles, ["---", *["--:"] * (len(titles) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
