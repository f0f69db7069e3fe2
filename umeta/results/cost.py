"""What an accuracy cost: the seconds of every stage that a method needs."""

from collections.abc import Mapping, Sequence
from typing import Literal

from umeta.results.contenders import ON_IMAGES, Contender
from umeta.results.finished_run import Finished

Clock = Literal["seconds", "cpu_seconds"]
"""What is counted: the seconds that passed, or those that processors worked."""
STAGES = ("encoder", "partition", "training", "test")
DECIDED_BY: Mapping[str, tuple[str, ...]] = {
    "encoder": ("dataset", "encoder"),
    "partition": ("dataset", "encoder", "partition"),
    "training": ("dataset", "encoder", "partition", "task", "learner", "seed"),
}
"""The sections of a run's config by which a stage's product is found again."""


def clocks_of(runs: Sequence[Finished]) -> list[Clock]:
    """Return the clocks that every run has, the one to show first at the front.

    Beside other work a processor's seconds tell more than those that passed; on an accelerator they tell little.
    """
    clocks: list[Clock] = ["cpu_seconds", "seconds"]
    if any(run.result["config"].get("device") != "cpu" for run in runs):
        clocks.reverse()
    return [clock for clock in clocks if all(run.result.get(clock) for run in runs)]


def seconds_of(one: Contender, runs: Sequence[Finished], clock: Clock = "seconds") -> dict[str, float]:
    """Return the seconds that a method's first training took, by stage; the test is of all ways and shots together.

    A run that finds a product of another run spends no time on it. So each stage counts with the longest time that
    any of `runs` spent on the very same product: that of the run which made it, if it is among them.
    """
    method = one.row["method"]
    needed = {"test": f"test {method}"}
    if one.kind != "baseline":
        needed["training"] = f"train {method.partition('-')[0]}"
    if one.kind == "CACTUs":
        needed |= {"encoder": "encoder", "partition": "partition"}
    if one.kind == "random":
        needed["partition"] = "partition"
    if one.kind == "baseline" and method not in ON_IMAGES:
        needed["encoder"] = "encoder"
    return {
        stage: _longest(stage, needed[stage], one.run, runs, clock) for stage in STAGES if stage in needed
    }


def _longest(stage: str, name: str, run: Finished, runs: Sequence[Finished], clock: Clock) -> float:
    own = run.result[clock].get(name, 0.0)
    if stage == "test":
        return own
    config = run.result["config"]
    same = [
        other.result[clock].get(name, 0.0)
        for other in runs
        if all(other.result["config"].get(key) == config.get(key) for key in DECIDED_BY[stage])
    ]
    return max([own, *same])
