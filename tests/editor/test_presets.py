"""The preset beats."""

import pytest

from pocket_studio.music.kit import N_DRUMS
from pocket_studio.schema.values import GENRE_CHOICES
from pocket_studio.server.presets import PRESETS


@pytest.mark.parametrize("genre", GENRE_CHOICES)
def test_every_genre_has_presets_that_are_playable_sketches(genre):
    assert 1 <= len(PRESETS[genre]) <= 3
    for preset in PRESETS[genre]:
        assert 40 <= preset.tempo_bpm <= 240
        template = preset.template()
        bars = template.reshape(2, 16, N_DRUMS)
        assert (bars.sum(axis=(1, 2)) >= 4).all()
        assert template[0].any()


def test_preset_names_are_unique():
    names = [preset.name for presets in PRESETS.values() for preset in presets]
    assert len(set(names)) == len(names)
