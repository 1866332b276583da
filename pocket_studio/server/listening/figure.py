"""Figure 3: whom listeners took for human, and whose groove they preferred."""

from typing import Final

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from pocket_studio.exporting.plotting import figure_bytes
from pocket_studio.music.track import plural
from pocket_studio.server.listening.questions import AI, HUMAN
from pocket_studio.server.listening.results import Results, Votes

# Light enough for black text and whiskers; blue-green and orange are told apart by all eyes.
_COLOURS: Final = {HUMAN: "#8fd0c6", AI: "#f0b98d"}
_TITLES: Final = {HUMAN: "human", AI: "AI"}
_BAR_HEIGHT: Final = 0.64
# Downwards from a bar's middle: the words above, the interval below.
_TEXT_AT, _INTERVAL_AT = -0.12, 0.17
_SHOWN_SHARE: Final = 0.14  # a narrower part of a bar has no room for its number


def results_figure(results: Results) -> Figure:
    """Return the figure: a bar for human clips, AI clips and preference, with 95% intervals."""
    figure = Figure(figsize=(5.8, 3.7), layout="constrained")
    FigureCanvasAgg(figure)
    upper, lower = figure.subplots(2, 1, height_ratios=(2.0, 1.0), sharex=True)
    _draw_bars(upper, {"Human clips": results.human_clips, "AI clips": results.ai_clips})
    upper.set_title("Human or AI? What the clips were taken for", loc="left")
    _draw_bars(lower, {"Preferred": results.preferred})
    upper.spines["bottom"].set_visible(False)
    lower.set_title("Which do you prefer?", loc="left")
    lower.set_xlabel("share of answers; dot and line: the human share, its 95% interval")
    return figure


def results_svg(results: Results) -> bytes:
    """Return the figure as SVG."""
    return figure_bytes(results_figure(results), "svg")


def _draw_bars(axes: Axes, bars: dict[str, Votes]) -> None:
    """Draw one bar for each of `bars`, the first on top: from the left human, then AI."""
    labels = [f"{name}\n{plural(votes.n, 'answer')}" for name, votes in bars.items()]
    axes.set_yticks(range(len(bars)), labels=labels)
    axes.set_ylim(len(bars) - 0.5, -0.5)
    axes.set_xlim(0.0, 1.0)
    axes.xaxis.set_major_formatter(lambda share, _: f"{share:.0%}")
    axes.tick_params(length=0)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.axvline(0.5, linewidth=0.9, linestyle="--", color="#808080", zorder=1)
    for row, votes in enumerate(bars.values()):
        if votes.n:
            _draw_bar(axes, row, votes)
        else:
            axes.text(0.02, row, "no answers yet", va="center", color="#404040", zorder=4)


def _draw_bar(axes: Axes, row: int, votes: Votes) -> None:
    left = 0.0
    for source in (HUMAN, AI):
        share, low, high = votes.share(source)
        axes.barh(row, share, _BAR_HEIGHT, left, color=_COLOURS[source], zorder=2)
        if share >= _SHOWN_SHARE:
            text = f"{_TITLES[source]} {share:.0%}"
            edge, side = (0.015, "left") if source == HUMAN else (0.985, "right")
            axes.text(edge, row + _TEXT_AT, text, ha=side, va="center", weight="bold", zorder=4)
        left += share
    share, low, high = votes.share(HUMAN)
    axes.errorbar(
        share,
        row + _INTERVAL_AT,
        xerr=[[share - low], [high - share]],
        marker="o",  # where the parts meet: a line in a bar that is all AI's would seem the AI's
        markersize=6,
        color="#111111",
        ecolor="#111111",
        elinewidth=1.6,
        capsize=5,
        zorder=3,
        clip_on=False,
    )
