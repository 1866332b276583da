"""How the figures look: colours, lines, and what stands where there is nothing to draw."""

from typing import Any, Final

# Okabe and Ito's colours, which colour-blind eyes tell apart; markers repeat what they say.
COLOURS: Final = ("#0072b2", "#e69f00", "#009e73", "#d55e00", "#cc79a7", "#56b4e9")
_MARKERS: Final = "s^Dv<>"
FAINT: Final = "#666666"
FAINT_TEXT: Final[dict[str, Any]] = {"ha": "center", "va": "center", "color": FAINT}
UNTESTED: Final = "no test track"


def line_style(number: int) -> dict[str, Any]:
    """Return the colour and the marker of a figure's line `number`."""
    return {"color": COLOURS[number], "marker": _MARKERS[number], "markersize": 4, "zorder": 2}
