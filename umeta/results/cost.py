"""What an accuracy cost: the seconds of every stage that a method needs."""

from collections.abc import Mapping, Sequence
from typing import Literal

from umeta.evaluation.method_id import MethodKind
from umeta.results.contenders import Contender
from umeta.results.finished_run import FinishedRun

Clock = Literal["seconds", "cpu_seconds"]
"""What is counted: the seconds that passed, or those that processors worked."""
STAGES = ("encoder", "partition", "training", "test")
DECIDED_BY: Mapping[str, tuple[str, ...]] = {
    "encoder": ("dataset", "encoder"),
    "partition": ("dataset", "encoder", "partition"),
}
"""The sections of a run's config by which a stage's product is found again."""
TRAINING_DECIDED_BY: Mapping[MethodKind, tuple[str, ...]] = {
    MethodKind.ORACLE: ("dataset", "task", "learner", "seed"),
    MethodKind.OTHER_SOURCE: ("dataset", "source", "task", "learner", "seed"),
    MethodKind.CLUSTERS: ("dataset", "encoder", "partition", "source", "task", "learner", "seed"),
    MethodKind.RANDOM_LABELS: ("dataset", "encoder", "partition", "source", "task", "learner", "seed"),
}
"""The same for a trained learner, by what its tasks were made of."""


def clocks_of(runs: Sequence[FinishedRun]) -> list[Clock]:
    """Return the clocks that every run has, the one to show first at the front.

    Beside other work a processor's seconds tell more than those that passed; on an accelerator they tell little.
    """
    clocks: list[Clock] = ["cpu_seconds", "seconds"]
    if any(run.result.config.get("device") != "cpu" for run in runs):
        clocks.reverse()
    return [clock for clock in clocks if all(_spent(run, clock) for run in runs)]


def seconds_of(
    contender: Contender, runs: Sequence[FinishedRun], clock: Clock = "seconds"
) -> dict[str, float]:
    """Return the seconds that a method's first training took, by stage; the test is of all ways and shots together.

    A run that finds a product of another run spends no time on it. So each stage counts with the longest time that
    any of `runs` spent on the very same product: that of the run which made it, if it is among them.
    """
    method = contender.method
    recorded_as = {"test": f"test {method.name}"}
    if method.source:
        recorded_as["training"] = f"train {method.source}"
    if method.kind in (MethodKind.CLUSTERS, MethodKind.RANDOM_LABELS):
        recorded_as["partition"] = "partition"
    if method.encoder:
        recorded_as["encoder"] = "encoder"
    decided_by = {**DECIDED_BY, "training": TRAINING_DECIDED_BY.get(method.kind)}
    return {
        stage: _longest(recorded_as[stage], decided_by.get(stage), contender.run, runs, clock)
        for stage in STAGES
        if stage in recorded_as
    }


def _spent(run: FinishedRun, clock: Clock) -> Mapping[str, float]:
    return run.result.cpu_seconds if clock == "cpu_seconds" else run.result.seconds


def _longest(
    name: str, decided_by: Sequence[str] | None, run: FinishedRun, runs: Sequence[FinishedRun], clock: Clock
) -> float:
    own = _spent(run, clock).get(name, 0.0)
    if decided_by is None:  # a test is not kept for other runs
        return own
    config = run.result.config
    same = [
        _spent(other, clock).get(name, 0.0)
        for other in runs
        if all(other.result.config.get(section) == config.get(section) for section in decided_by)
    ]
    return max([own, *same])
