"""Scores over grooves (section 4.2), in plain numpy: a module for each, named as its function.

Conventions that all of them keep:

- Arrays are float [n, steps, drums] of n windows, in the ranges of `music.groove.Groove`: `note` in
  {0, 1}, velocity in 0..1, microtiming in -1..1 half sixteenths, positive late.
- `true_` is what a human played; what stands after it is scored.
- A score is a Python float. Where the data do not define it (no hit, nothing that varies) it raises
  `UndefinedScoreError`; arrays that are no grooves, or not of one shape, raise `ValueError`.
"""

from pocket_studio.research.metrics.area_under_curve import area_under_curve
from pocket_studio.research.metrics.inputs import UndefinedScoreError
from pocket_studio.research.metrics.mean_squared_error import mean_squared_error
from pocket_studio.research.metrics.mean_squared_error_at_hits import mean_squared_error_at_hits
from pocket_studio.research.metrics.metrical_kl import mean_metrical_kl, metrical_kl
from pocket_studio.research.metrics.metrical_means import metrical_means
from pocket_studio.research.metrics.note_exact import note_exact
from pocket_studio.research.metrics.note_f1 import note_f1
from pocket_studio.research.metrics.note_f1_micro import note_f1_micro
from pocket_studio.research.metrics.positions import METRICAL_POSITIONS
from pocket_studio.research.metrics.spread_ratio import spread_ratio

__all__ = [
    "METRICAL_POSITIONS",
    "UndefinedScoreError",
    "area_under_curve",
    "mean_metrical_kl",
    "mean_squared_error",
    "mean_squared_error_at_hits",
    "metrical_kl",
    "metrical_means",
    "note_exact",
    "note_f1",
    "note_f1_micro",
    "spread_ratio",
]
