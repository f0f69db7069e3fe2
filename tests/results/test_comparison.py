import pytest

from tests.results.made_up import finished
from umeta.results.comparison import difference, difference_sentence
from umeta.results.contenders import Contender, Setting, contenders
from umeta.results.finished_run import FinishedRun

LEARNER, KNN = "CACTUs-ProtoNets", "nearest-neighbour"


def two(*runs: FinishedRun, a: str = LEARNER, b: str = KNN) -> tuple[Contender, Contender]:
    found = {one.row.method.name: one for one in contenders(runs, Setting(2, 1))}
    return found[a], found[b]


def test_the_sentence_gives_the_paired_difference_worked_by_hand():
    # differences 0.3, 0.5, 0.4, 0.4: mean 0.4, sd 0.0816, so ± 1.96 · 0.0816 / 2 = 0.08
    run = finished((LEARNER, None, (8, 9, 7, 6)), (KNN, None, (5, 4, 3, 2)))
    found = difference(*two(run))
    assert found.seeds is None
    assert difference_sentence(found) == (
        "CACTUs-ProtoNets beats nearest-neighbour on the same embedding by 40.0 points [32.0, 48.0] "
        "on the same 4 tasks (2-way 1-shot)."
    )


def test_a_loss_is_called_a_loss():
    run = finished((LEARNER, None, (5, 4, 3, 2)), (KNN, None, (8, 9, 7, 6)))
    assert (
        "falls behind nearest-neighbour on the same embedding by 40.0 points [32.0, 48.0]"
        in difference_sentence(difference(*two(run)))
    )


def test_a_baseline_that_sees_no_embedding_is_not_said_to_share_it():
    run = finished((LEARNER, None, (8, 9, 7, 6)), ("scratch", "transductive", (5, 4, 3, 2)))
    assert "beats scratch (transductive BN) by" in difference_sentence(difference(*two(run, b="scratch")))


def test_an_oracle_and_a_learner_on_another_embedding_are_not_said_to_share_it():
    run = finished(
        (LEARNER, None, (8, 9, 7, 6)), ("oracle-ProtoNets", None, (9, 9, 9, 9)), (KNN, None, (5, 4, 3, 2))
    )
    assert "beats nearest-neighbour by" in difference_sentence(difference(*two(run, a="oracle-ProtoNets")))
    views = finished((KNN, None, (5, 4, 3, 2)), encoder={"name": "acai", "dim": 256, "test_views": 8})
    a, b = (contenders([one], Setting(2, 1))[-1] for one in (views, run))
    assert "embedding" not in difference_sentence(difference(a, b))


@pytest.mark.parametrize(
    ("learner", "baseline", "said"),
    [
        ({"embedding": "a1"}, {"embedding": "a1"}, "the same embedding"),
        ({"embedding": "a1"}, {"embedding": "b2"}, "an embedding by the same encoder"),
        (
            {"embedding": "a1"},
            {},
            "an embedding by the same encoder",
        ),  # of a version that did not write which
        ({}, {}, "an embedding by the same encoder"),
    ],
)
def test_two_runs_are_said_to_share_an_embedding_only_where_both_say_which(learner, baseline, said):
    runs = [
        finished((LEARNER, None, (8, 9, 7, 6)), run_id="learner", made_with=learner),
        finished((KNN, None, (5, 4, 3, 2)), run_id="baseline", made_with=baseline),
    ]
    assert f"beats nearest-neighbour on {said} by 40.0 points" in difference_sentence(difference(*two(*runs)))


def test_what_the_interval_does_not_decide_is_called_undecided():
    # differences 0.2, −0.1: mean 0.05, sd 0.2121, ± 0.294
    run = finished((LEARNER, None, (7, 4)), (KNN, None, (5, 5)))
    assert "cannot be told apart: +5.0 points [-24.4, 34.4]" in difference_sentence(difference(*two(run)))


def test_several_trainings_are_paired_by_seed_with_the_interval_over_them():
    # A − B by seed: 0.2, 0.3, 0.1; mean 0.2, sd 0.1, t(2) 4.303, so ± 4.303 · 0.1 / √3 = 0.2484
    rights = {0: ((6, 6), (4, 4)), 1: ((7, 7), (4, 4)), 2: ((6, 6), (5, 5))}
    runs = [
        finished((LEARNER, None, a), ("random-ProtoNets", None, b), seed=seed)
        for seed, (a, b) in rights.items()
    ]
    found = difference(*two(*runs, b="random-ProtoNets"))
    assert found.seeds is not None
    assert found.seeds.n == 3
    assert found.seeds.ci95 == pytest.approx(0.2484, abs=1e-4)
    assert difference_sentence(found).endswith("on the same 2 tasks (2-way 1-shot) over 3 trainings.")


def test_a_baseline_of_one_run_stands_beside_every_training():
    runs = [finished((LEARNER, None, right), seed=seed) for seed, right in ((0, (6, 6)), (1, (8, 8)))]
    found = difference(*two(*runs, finished((KNN, None, (5, 5)), learner={"name": "none"})))
    assert found.seeds is not None
    assert found.seeds.n == 2
    assert found.mean == pytest.approx(0.2)


def test_tasks_that_one_was_not_judged_on_do_not_count():
    run = finished((LEARNER, None, (9, 9)), (KNN, None, (5, 7, 0, 0)))
    found = difference(*two(run))
    assert found.mean == pytest.approx(0.3)
    assert found.tasks is not None
    assert found.tasks.n_tasks == 2


def test_without_kept_answers_the_means_differ_and_there_is_no_interval():
    run = finished((LEARNER, None, (6, 6)), (KNN, None, (5, 5)), kept=False)
    words = difference_sentence(difference(*two(run)))
    assert "differ by +10.0 points" in words
    assert "no interval" in words
