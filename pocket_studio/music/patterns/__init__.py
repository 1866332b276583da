"""Template P, velocity pattern C_V and microtiming pattern C_M (section 3.2, Figure 1).

`forms` says what they are, `deriving` takes them from grooves, `following` counts how much of a
painted one came out, `texts` writes and reads them.
"""

from pocket_studio.music.patterns.deriving import (
    MICROTIMING_LIMITS,
    ON_MICROTIMING,
    ON_TICKS,
    SALIENT_VELOCITY,
    TWO_FOUR_STEPS,
    VELOCITY_LIMITS,
    dominant_cymbal,
    microtiming_classes_of,
    microtiming_pattern_of,
    microtiming_to_class,
    template_of,
    velocity_classes_of,
    velocity_pattern_of,
    velocity_to_class,
)
from pocket_studio.music.patterns.following import Followed, followed
from pocket_studio.music.patterns.forms import (
    AUTO,
    LAID_BACK,
    N_MICROTIMING_CLASSES,
    N_VELOCITY_CLASSES,
    ON,
    PUSHED,
    Pattern,
    PatternText,
    Template,
    validate_microtiming_pattern,
    validate_template,
    validate_velocity_pattern,
)
from pocket_studio.music.patterns.texts import (
    microtiming_pattern_to_text,
    rows_to_template,
    template_to_rows,
    text_to_microtiming_pattern,
    text_to_velocity_pattern,
    velocity_pattern_to_text,
)

__all__ = [
    "AUTO",
    "LAID_BACK",
    "MICROTIMING_LIMITS",
    "N_MICROTIMING_CLASSES",
    "N_VELOCITY_CLASSES",
    "ON",
    "ON_MICROTIMING",
    "ON_TICKS",
    "PUSHED",
    "SALIENT_VELOCITY",
    "TWO_FOUR_STEPS",
    "VELOCITY_LIMITS",
    "Followed",
    "Pattern",
    "PatternText",
    "Template",
    "dominant_cymbal",
    "followed",
    "microtiming_classes_of",
    "microtiming_pattern_of",
    "microtiming_pattern_to_text",
    "microtiming_to_class",
    "rows_to_template",
    "template_of",
    "template_to_rows",
    "text_to_microtiming_pattern",
    "text_to_velocity_pattern",
    "validate_microtiming_pattern",
    "validate_template",
    "validate_velocity_pattern",
    "velocity_classes_of",
    "velocity_pattern_of",
    "velocity_pattern_to_text",
    "velocity_to_class",
]
