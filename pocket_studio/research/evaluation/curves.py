"""The rate of NOTE and the course of the training, from a split's results."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from pocket_studio.research.evaluation.results import TableResults
from pocket_studio.research.evaluation.styles import COLOURS, line_style
from pocket_studio.research.training.loop import Epoch

_GRID: Final = "#e0e0e0"
_RATES: Final = {
    "two-step-vq": "64",
    "codes-256": "256",
    "codes-1024": "1024",
    "codes-64+64": "64+64",
    "two-step-vae": "VAE",
    "shipped": "shipped 64+64+64",
    "shipped-64+64": "shipped 64+64",
    "shipped-64": "shipped 64",
}
_OTHER_CODES: Final[dict[str, Any]] = {"color": COLOURS[3], "marker": "D"}
_ONE_CODEBOOK: Final = ("two-step-vq", "codes-256", "codes-1024")
# How the names of a panel's parts begin: what they are and what their validation score is.
_CURVES: Final = {
    "note": "NOTE: 1 - micro F1",
    "expression": "VEL, TIME: MSEs at hits",
    "one-step": "1-step: 1 - micro F1 + MSEs",
    "prior": "prior: nats a beat",
    "classifier": "classifier: share wrong",
    "beat": "over beats: misses, nats",
}


@dataclass(frozen=True)
class Rate:
    """What NOTE may say about a beat, and how much of it comes back."""

    bits_per_beat: float
    note_f1_micro: float
    note_exact: float


def rates(results: TableResults) -> dict[str, Rate] | None:
    """Return the rate of each row that has one; None without that of the paper's codes."""
    rows = {name: results.rows[name] for name in _RATES if name in results.rows}
    found = {
        name: Rate(
            row.bits_per_beat, row.reconstruction.note_f1_micro, row.reconstruction.note_exact
        )
        for name, row in rows.items()
        if row.bits_per_beat is not None
    }
    return found if _ONE_CODEBOOK[0] in found else None


def draw_rates(figure: Figure, rates: Mapping[str, Rate]) -> None:
    """Draw micro F1 and the share of exact windows against the bits that NOTE may use a beat."""
    f1 = {name: (rate.bits_per_beat, rate.note_f1_micro) for name, rate in rates.items()}
    exact = {name: (rate.bits_per_beat, rate.note_exact) for name, rate in rates.items()}
    panels = {"micro F1": f1, "share of exact windows": exact}
    for axes, (title, at) in zip(figure.subplots(1, 2), panels.items(), strict=True):
        line = [at[name] for name in _ONE_CODEBOOK if name in at]
        axes.plot(*zip(*line, strict=True), color=COLOURS[0])
        for name, point in at.items():
            style = {"color": COLOURS[0]} if name in _ONE_CODEBOOK else _OTHER_CODES
            axes.scatter(*point, zorder=2, **style)
            place = (8, 0) if name in _ONE_CODEBOOK else (-8, 0)
            side = "left" if name in _ONE_CODEBOOK else "right"
            axes.annotate(
                _RATES[name], point, place, textcoords="offset points", ha=side, va="center"
            )
        axes.margins(0.4)
        axes.set_xlabel("bits a beat")
        axes.set_title(title, loc="left")
        axes.grid(color=_GRID)


def curves(results: TableResults) -> dict[str, list[Epoch]] | None:
    """Return the curve of each part, None if nothing has been trained."""
    return results.curves or None


def draw_curves(figure: Figure, curves: Mapping[str, list[Epoch]]) -> None:
    """Draw the validation score after each epoch of each part; lower is better."""
    panels = figure.subplots(2, 3).ravel()
    for axes, (beginning, title) in zip(panels, _CURVES.items(), strict=True):
        names = [name for name in curves if name.startswith(beginning)]
        for number, name in enumerate(names):
            scores = [epoch["score"] for epoch in curves[name]]
            label = name.removeprefix("expression-")
            axes.plot(range(1, len(scores) + 1), scores, label=label, **line_style(number))
        axes.set_title(title, loc="left")
        axes.set_xlim(0.5, max((len(curves[name]) for name in names), default=1) + 0.5)
        axes.set_xlabel("epoch")
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.grid(color=_GRID)
        axes.set_yscale("log" if beginning == "beat" else "linear")
        if names:
            axes.legend(fontsize="small")
