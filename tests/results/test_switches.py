"""Each switch beside ours, on answers given by hand."""

import pytest

from tests.results.made_up import CONFIG, finished
from umeta.results.switches import nearest_switch, switches_of

OURS = finished(
    ("oracle-MAML", "transductive", (8, 6, 7, 7)),
    ("oracle-MAML", "support", (6, 6, 6, 6)),
    learner={"name": "maml", "inner_steps": 5},
)


def changed(right, **options):
    return finished(
        ("oracle-MAML", "transductive", right), **{"learner": OURS.result.config["learner"], **options}
    )


def test_a_switch_is_named_as_it_is_typed_and_compared_on_the_same_tasks():
    run = changed((9, 7, 8, 10), learner={"name": "maml", "inner_steps": 1})
    row, switches = switches_of([OURS, run])
    assert row.accuracy == pytest.approx(0.7)
    by_name = {switch.name: switch for switch in switches}
    steps = by_name["learner.inner_steps=1"]
    assert (steps.instead_of, steps.same_tasks) == ("5", True)
    assert steps.change == pytest.approx(0.15)  # 1, 1, 1 and 3 of 10 more
    # the deviations are -5, -5, -5 and 15 points, so the sample has a standard deviation of 10
    assert steps.ci95 == pytest.approx(1.96 * 0.1 / 2)


def test_the_modes_in_which_ours_was_judged_are_switches_too():
    _, (mode,) = switches_of([OURS])
    assert (mode.name, mode.instead_of) == ("queries normalised: support", "queries normalised: transductive")
    assert mode.change == pytest.approx(-0.1)


def test_other_tasks_are_compared_without_pairing():
    run = changed((9, 9, 8, 10), tasks_hash="other", test={**CONFIG["test"], "n_query": 1})
    _, switches = switches_of([OURS, run])
    (other,) = [switch for switch in switches if switch.name == "test.n_query=1"]
    assert (other.instead_of, other.same_tasks) == ("as usual", False)
    assert other.change == pytest.approx(0.2)
    assert other.ci95 == pytest.approx(1.96 * ((0.005 + 0.005) / 3) ** 0.5)


def test_another_method_is_named_without_its_options():
    _, switches = switches_of([OURS, changed((5, 5, 5, 5), learner={"name": "anil", "inner_steps": 5})])
    assert "learner=anil" in [switch.name for switch in switches]


def test_the_nearest_is_the_one_that_brings_ours_nearer_or_none():
    _, switches = switches_of([OURS, changed((9, 9, 8, 10), learner={"name": "maml", "inner_steps": 1})])
    nearest = nearest_switch(switches, 0.7, 0.88)
    assert nearest is not None
    assert nearest.name == "learner.inner_steps=1"
    assert nearest_switch(switches, 0.7, 0.71) is None
    assert nearest_switch([], 0.7, 0.9) is None
