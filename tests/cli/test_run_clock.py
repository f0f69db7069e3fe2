from umeta.cli.run_clock import clock_of
from umeta.runs import RunConfig
from umeta.stage import Step


def test_the_clock_tells_nothing_at_first_and_less_and_less_as_a_run_goes_on():
    left = clock_of(RunConfig.from_keys(["dataset=digits", "learner.iterations=100", "baselines="]))
    told = [left(Step("train", done, 100, note="CACTUs")) for done in range(0, 101, 10)]
    assert told[0] is None
    assert all(isinstance(seconds, float) for seconds in told[1:])
    assert told[-1] is not None
    assert told[-1] >= 0
