import pytest

from pocket_studio.research.evaluation.claims import CLAIMS, Claim, verdict
from pocket_studio.research.evaluation.splits import Group

from .conftest import at, typed


def group_of(*splits):
    """Splits whose results stand for a few numbers by name."""
    return Group("", {str(number): each for number, each in enumerate(splits)})


A, B, C, D = map(at, "abcd")
BETTER = Claim("a over b", (A,), ">", references=(B,))


@pytest.mark.parametrize(("score", "holds"), [(0.6, True), (0.5, False), (0.4, False)])
def test_two_rows_are_compared(score, holds):
    found = verdict(BETTER, group_of({"a": score, "b": 0.5}))
    assert (found.score, found.bound, found.holds) == (score, 0.5, holds)


@pytest.mark.parametrize(
    ("relation", "holding"), [(">", [3]), ("<", [1]), ("≥", [2, 3]), ("≤", [1, 2])]
)
def test_relations(relation, holding):
    claim = Claim("a", (A,), relation, 2)
    assert [x for x in (1, 2, 3) if verdict(claim, group_of({"a": x})).holds] == holding


def test_a_target_is_a_factor_of_another_score():
    claim = Claim("a is twice b", (A,), "≥", 2.0, (B,))
    assert verdict(claim, group_of({"a": 0.5, "b": 0.2})).bound == pytest.approx(0.4)
    assert verdict(claim, group_of({"a": 0.39, "b": 0.2})).holds is False


def test_of_several_scores_the_lowest_counts():
    claim = Claim("all", (A, B), "≥", 0.9)
    found = verdict(claim, group_of({"a": 0.95, "b": 0.85}))
    assert (found.score, found.holds) == (0.85, False)


def test_means_over_the_splits_that_have_both_are_compared():
    rows = {"a": 0.6, "b": 0.5}, {"a": 0.8, "b": 0.9}
    found = verdict(BETTER, group_of(*rows, {"a": 99.0}))
    assert (found.score, found.bound) == pytest.approx((0.7, 0.7))
    assert found.holds is False


def test_what_is_missing_is_not_measured():
    found = verdict(BETTER, group_of({"a": 0.6}))
    assert found.score is found.bound is found.holds is None
    found = verdict(Claim("a", (A,), ">", 0.5), group_of({}))
    assert (found.score, found.bound, found.holds) == (None, 0.5, None)


def test_every_claim_is_about_scores_that_table_1_measures(official):
    results = typed(official)
    group = Group("", {"official": results})
    for claim in CLAIMS:
        found = verdict(claim, group)
        assert isinstance(found.holds, bool), claim.text
        scores = [score(results) for score in claim.scores]
        assert found.score == min(scores)
    assert len({claim.text for claim in CLAIMS}) == len(CLAIMS)


@pytest.mark.parametrize(("relation", "bound"), [(">", 0.6), ("<", 0.2)])
def test_of_several_references_the_hardest_counts(relation, bound):
    claim = Claim("best", (A,), relation, references=(B, C, D))
    assert verdict(claim, group_of({"a": 0.4, "b": 0.2, "c": 0.6})).bound == bound


def test_differences_are_paired_split_by_split():
    """The spread between splits is large, that of the difference is not."""
    rows = [{"a": x + 0.1, "b": x} for x in (0.1, 0.5, 0.9)]
    found = verdict(BETTER, group_of(*rows))
    assert (found.difference.mean, found.difference.is_clear) == (pytest.approx(0.1), True)
    rows[0]["b"] = 0.5
    found = verdict(BETTER, group_of(*rows))
    assert (found.holds, found.difference.is_clear) == (False, False)
    assert verdict(BETTER, group_of(rows[1])).difference is None


def test_shares_of_a_score_have_no_difference():
    rows = [{"a": 0.5, "b": 0.2}, {"a": 0.5, "b": 0.1}]
    assert verdict(Claim("twice", (A,), "≥", 2.0, (B,)), group_of(*rows)).difference is None
    assert verdict(Claim("a", (A,), "≥", 0.4), group_of(*rows)).difference is None


@pytest.mark.parametrize(
    ("text", "score", "better"),
    [
        ("note F1: 2-step (VQ-VAE) over 2-step (VAE)", "note_f1", ("two-step-vq", "two-step-vae")),
        ("note F1: 2-step (VAE) over K-NN", "note_f1", ("two-step-vae", "knn")),
        ("velocity MSE: 2-step (VQ-VAE) under 1-step", "velocity_mse", ("one-step", "two-step-vq")),
        (
            "microtiming KL: 2-step (VQ-VAE) under 1-step",
            "microtiming_kl",
            ("one-step", "two-step-vq"),
        ),
        (
            "microtiming MSE: patterns under +genres alone",
            "microtiming_mse",
            ("genres", "genres-patterns"),
        ),
    ],
)
def test_the_order_is_the_paper_s(official, text, score, better):
    """The row named first has the larger number if and only if that is the claim."""
    (claim,) = [claim for claim in CLAIMS if claim.text == text]
    for larger, smaller in (better, better[::-1]):
        official["rows"][larger]["reconstruction"][score] = 2.0
        official["rows"][smaller]["reconstruction"][score] = 1.0
        holds = verdict(claim, Group("", {"official": typed(official)})).holds
        assert holds == ((larger, smaller) == better)
