import pytest

from pocket_studio.server.listening.questions import HUMAN_OR_AI, PREFERENCE, Question
from pocket_studio.server.listening.results import Results, Votes, wilson_interval


def answered(kind, a_is_human, answer, checkpoint="d"):
    question = Question("q", "t", 1, kind, "track", 0, "funk", 0, checkpoint, a_is_human)
    return question, answer


@pytest.mark.parametrize(
    ("n_chosen", "n_answers", "low", "high"),
    [
        # Newcombe, Statistics in Medicine 17 (1998), table I, method 3.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
        # At half and at all of ten, from the formula.
        (5, 10, 0.2366, 0.7634),
        (10, 10, 0.7225, 1.0),
    ],
)
def test_wilson_interval_against_known_values(n_chosen, n_answers, low, high):
    assert wilson_interval(n_chosen, n_answers) == pytest.approx((low, high), abs=5.1e-5)


def test_wilson_interval_holds_the_share_and_mirrors():
    for n_answers in (1, 2, 7, 240):
        for n_chosen in range(n_answers + 1):
            low, high = wilson_interval(n_chosen, n_answers)
            assert 0 <= low <= n_chosen / n_answers <= high <= 1
            mirrored = wilson_interval(n_answers - n_chosen, n_answers)
            assert mirrored == pytest.approx((1 - high, 1 - low))


@pytest.mark.parametrize(("n_chosen", "n_answers"), [(0, 0), (3, 2), (-1, 2)])
def test_a_share_of_nothing_is_refused(n_chosen, n_answers):
    with pytest.raises(ValueError, match="a share needs answers"):
        wilson_interval(n_chosen, n_answers)


def test_answers_are_counted_in_their_bars():
    results = Results.of(
        [
            answered(HUMAN_OR_AI, True, "human"),
            answered(HUMAN_OR_AI, True, "ai"),
            answered(HUMAN_OR_AI, True, "ai"),
            answered(HUMAN_OR_AI, False, "human"),
            answered(PREFERENCE, True, "a"),
            answered(PREFERENCE, False, "a"),
            answered(PREFERENCE, False, "b", checkpoint="other"),
        ]
    )
    assert results == Results(Votes(1, 2), Votes(1, 0), Votes(2, 1), n_models=2)
    assert results.n == 7
    share, low, high = results.human_clips.share("ai")
    assert share == pytest.approx(2 / 3)
    assert (low, high) == wilson_interval(2, 3)


def test_no_answers_are_no_results():
    assert Results.of([]) == Results(Votes(0, 0), Votes(0, 0), Votes(0, 0), n_models=0)
