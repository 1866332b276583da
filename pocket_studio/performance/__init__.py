"""The one door to the model: a template and controls go in, a played groove comes out.

`studio` plays, `take` says what may be asked of a take besides the controls, `choices` what else a
beat could say.
"""

from pocket_studio.performance.choices import CodeChoice
from pocket_studio.performance.expressing import MIN_VELOCITY
from pocket_studio.performance.studio import Performance, Studio
from pocket_studio.performance.take import MAX_SEED, Held, Morph, Take, after_edit, held_rows

__all__ = [
    "MAX_SEED",
    "MIN_VELOCITY",
    "CodeChoice",
    "Held",
    "Morph",
    "Performance",
    "Studio",
    "Take",
    "after_edit",
    "held_rows",
]
