"""The rate of NOTE and the course of the training, from a split's results."""

from typing import Any, Final

from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from pocket_studio.research.evaluation.results import Results, value

# Okabe and Ito's colours, which colour-blind eyes tell apart; markers repeat what they say.
_COLOURS: Final = ("#0072b2", "#e69f00", "#009e73", "#d55e00", "#cc79a7", "#56b4e9")
_MARKERS: Final = "s^Dv<>"
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
_OTHER_CODES: Final[dict[str, Any]] = {"color": _COLOURS[3], "marker": "D"}
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


def line_style(number: int) -> dict[str, Any]:
    """Return the colour and the marker of a figure's line `number`."""
    return {"color": _COLOURS[number], "marker": _MARKERS[number], "markersize": 4, "zorder": 2}


def draw_rates(figure: Figure, results: Results) -> None:
    """Draw micro F1 and the share of exact windows against the bits that NOTE may use a beat."""
    scores = {"note_f1_micro": "micro F1", "note_exact": "share of exact windows"}
    bits = {name: value(results, f"rows.{name}.bits_per_beat") for name in _RATES}
    measured = [name for name in _RATES if bits[name] is not None]
    for axes, (score, title) in zip(figure.subplots(1, 2), scores.items(), strict=True):
        at = {
            name: (bits[name], results["rows"][name]["reconstruction"][score]) for name in measured
        }
        line = [at[name] for name in _ONE_CODEBOOK if name in at]
        axes.plot(*zip(*line, strict=True), color=_COLOURS[0])
        for name, point in at.items():
            style = {"color": _COLOURS[0]} if name in _ONE_CODEBOOK else _OTHER_CODES
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


def draw_curves(figure: Figure, results: Results) -> None:
    """Draw the validation score after each epoch of each part; lower is better."""
    curves = results["curves"]
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
