import json

import numpy as np
import pytest
from handmade import small_corpus

from pocket_studio.evaluation.generation import generation_scores
from pocket_studio.groove import Groove
from pocket_studio.patterns import AUTO, LAID_BACK, PUSHED
from pocket_studio.performance import Performance

INDICES = np.arange(0, 24, 4)
SHARES = (
    "kicks_kept",
    "two_four_snares_kept",
    "note_f1_micro_to_human",
    "pushed_followed",
    "laid_back_followed",
    "velocity_class_within_one",
)


@pytest.fixture(scope="module")
def corpus():
    return small_corpus()


class Obedient:
    """Plays a window of the corpus as the human did, but with painted timing and loudness."""

    def __init__(self, corpus, obedience=1.0):
        self.corpus, self.obedience, self.asked = corpus, obedience, []

    def groove(self, template, *, seed, velocity_pattern, microtiming_pattern, **others):
        self.asked.append((template, seed, velocity_pattern, microtiming_pattern, others))
        human = self.corpus.groove(seed)
        velocity, microtiming = human.velocity.copy(), human.microtiming.copy()
        if microtiming_pattern is not None:
            for painted, value in ((PUSHED, -0.5), (LAID_BACK, 0.5)):
                steps = microtiming_pattern == painted
                microtiming[steps] = self.obedience * value * human.note[steps]
            for step in np.flatnonzero(velocity_pattern != AUTO):
                loudness = (velocity_pattern[step] + 0.5) / 5
                velocity[step] = loudness * human.note[step]
        groove = Groove(human.note, velocity, microtiming)
        return Performance(groove, (0,) * 8, np.zeros(64), np.zeros(64))


def test_playing_as_the_human_did_scores_as_the_human(corpus):
    scores = generation_scores(Obedient(corpus), corpus, INDICES)
    assert scores["n_windows"] == len(INDICES)
    assert scores["hits_per_window"] == scores["hits_per_window_human"]
    assert scores["hits_per_window"] == corpus.note[INDICES].sum() / len(INDICES)
    assert scores["note_f1_micro_to_human"] == 1.0
    assert scores["velocity_kl"] == pytest.approx(0, abs=1e-9)
    assert scores["microtiming_spread"] == pytest.approx(1)
    assert scores["pushed_followed"] == scores["laid_back_followed"] == 1.0
    assert scores["velocity_class_within_one"] == 1.0


def test_playing_against_the_paint_follows_nothing(corpus):
    scores = generation_scores(Obedient(corpus, obedience=-1.0), corpus, INDICES)
    assert scores["pushed_followed"] == scores["laid_back_followed"] == 0.0


def test_every_window_is_asked_for_its_template_and_genre(corpus):
    player = Obedient(corpus)
    generation_scores(player, corpus, INDICES, temperature=0.7)
    plain, painted = player.asked[: len(INDICES)], player.asked[len(INDICES) :]
    assert [asked[1] for asked in plain] == [asked[1] for asked in painted] == INDICES.tolist()
    for template, seed, velocity_pattern, microtiming_pattern, others in plain:
        assert np.array_equal(template, corpus.template[seed])
        assert velocity_pattern is None
        assert microtiming_pattern is None
        assert others["temperature"] == 0.7
    assert {asked[4]["genre"] for asked in plain} > {"any", "rock"}
    for _, _, velocity_pattern, microtiming_pattern, _ in painted:
        assert (velocity_pattern != AUTO).any()
        assert set(np.unique(microtiming_pattern)) <= {AUTO, PUSHED, LAID_BACK}


def test_kicks_and_backbeats_that_are_left_out_are_counted(corpus):
    class Silent(Obedient):
        def groove(self, *arguments, **others):
            played = super().groove(*arguments, **others)
            note = played.groove.note.copy()
            note[:, :2] *= np.arange(32)[:, None] % 4 != 0
            return Performance(
                Groove(note, played.groove.velocity * note, played.groove.microtiming * note),
                played.codes,
                played.z_velocity,
                played.z_microtiming,
            )

    scores = generation_scores(Silent(corpus), corpus, INDICES)
    assert scores["kicks_kept"] < 0.5
    assert scores["two_four_snares_kept"] < 0.5
    assert scores["hits_per_window"] < scores["hits_per_window_human"]


def test_the_shipped_checkpoint_can_be_scored(studio, corpus):
    scores = generation_scores(studio, corpus, INDICES)
    assert all(0 <= scores[name] <= 1 for name in SHARES)
    assert scores["hits_per_window"] > 0
    json.dumps(scores, allow_nan=False)
