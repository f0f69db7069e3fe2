import pytest

from umeta.cache import Home
from umeta.runs import RunConfig, cost_model
from umeta.studies.study import load_study


def test_the_estimate_grows_with_the_work(home: Home):
    less = RunConfig.from_keys(["dataset=digits", "learner.iterations=100"])
    more = RunConfig.from_keys(["dataset=digits", "learner.iterations=100", "oracle=true"])
    assert cost_model.work_of_step(less) == 5 * (1 + 3)
    assert cost_model.seconds(more, home)[0] > cost_model.seconds(less, home)[0]
    assert cost_model.seconds(less, home)[1] == 0


@pytest.mark.parametrize(
    ("study", "only", "cpu_seconds"),
    [
        ("omniglot", "encoder=acai,learner=protonets,seed=0", 155),  # 2,400 steps of 63.5 ms, and the tests
        ("omniglot", "encoder=acai,learner=maml,seed=0", 1830),  # 16,000 steps of 98.6 ms, and the tests
        ("omniglot", "encoder=bigan,learner=none", 194),
    ],
)
def test_the_estimate_of_what_was_measured_is_within_a_quarter(
    study: str, only: str, cpu_seconds: float, home: Home
):
    (cell,) = load_study(study, only=only).cells
    assert cost_model.seconds(cell, home)[0] == pytest.approx(cpu_seconds, rel=0.25)
