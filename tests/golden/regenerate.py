"""Write the golden files anew: `python -m tests.golden.regenerate`, then read the difference.

`groove.json` is written by hand; `expected.json` and `groove.mid` are what the project makes of it.
"""

import json
from pathlib import Path

import numpy as np

from pocket_studio.midi import groove_to_midi
from pocket_studio.music.grid import N_STEPS
from pocket_studio.music.groove import Groove
from pocket_studio.music.kit import DRUMS, N_DRUMS
from pocket_studio.music.patterns import (
    microtiming_pattern_of,
    microtiming_pattern_to_text,
    template_of,
    template_to_rows,
    velocity_pattern_of,
    velocity_pattern_to_text,
)
from pocket_studio.research import metrics

FOLDER = Path(__file__).parent


def golden_groove():
    """Read the groove that was written by hand."""
    described = json.loads((FOLDER / "groove.json").read_text())
    matrices = np.zeros((3, N_STEPS, N_DRUMS))
    for step, drum, velocity_midi, late_ticks in described["hits"]:
        matrices[:, step, DRUMS.index(drum)] = 1, velocity_midi / 127, late_ticks / 60
    return Groove(*matrices, tempo_bpm=described["tempo_bpm"])


def compared():
    """Return the groove and itself six steps later, as arrays [1, 32, 7] for the metrics."""
    groove = golden_groove()
    human = [a[None] for a in (groove.note, groove.velocity, groove.microtiming)]
    return human, [np.roll(a, 6, axis=1) for a in human]


def expected():
    """Return all that `expected.json` holds."""
    groove = golden_groove()
    (note, velocity, microtiming), (other_note, other_velocity, other_microtiming) = compared()
    return {
        "template": template_to_rows(template_of(groove)),
        "velocity_pattern": velocity_pattern_to_text(velocity_pattern_of(groove)),
        "microtiming_pattern": microtiming_pattern_to_text(microtiming_pattern_of(groove)),
        "metrics": {
            "note_f1": metrics.note_f1(note, other_note),
            "note_f1_micro": metrics.note_f1_micro(note, other_note),
            "note_exact": metrics.note_exact(note, other_note),
            "velocity_mse": metrics.mean_squared_error(velocity, other_velocity),
            "velocity_mse_hits": metrics.mean_squared_error_at_hits(velocity, other_velocity, note),
            "velocity_spread": metrics.spread_ratio(velocity, other_velocity, note, other_note),
            "velocity_kl": metrics.metrical_kl(velocity, other_velocity, note, other_note),
            "velocity_means": metrics.metrical_means(velocity, note),
            "microtiming_mse": metrics.mean_squared_error(microtiming, other_microtiming),
            "microtiming_kl": metrics.metrical_kl(microtiming, other_microtiming, note, other_note),
            "microtiming_means": metrics.metrical_means(microtiming, note),
            "auc_of_velocity": metrics.area_under_curve(velocity.ravel(), other_note.ravel() > 0),
        },
    }


if __name__ == "__main__":
    (FOLDER / "expected.json").write_text(json.dumps(expected(), indent=1) + "\n")
    (FOLDER / "groove.mid").write_bytes(groove_to_midi(golden_groove()))
