"""Training curves as plain columns, for charts that grow while one looks."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

MAX_POINTS = 400
"""Of one curve: more cannot be told apart on a screen."""

Curve = dict[str, list[float]]


def training_curves(events: Iterable[Mapping[str, Any]]) -> dict[str, Curve]:
    """Collect a run's training events into curves, as `GrowingCurves` does."""
    curves = GrowingCurves()
    curves.add(events)
    return curves.columns()


class GrowingCurves:
    """The curves of a run's trainings (`CACTUs`, `oracle`, …), to which events are added as they come."""

    def __init__(self) -> None:
        self._curves: dict[str, _GrowingCurve] = {}

    def add(self, events: Iterable[Mapping[str, Any]]) -> None:
        """Add events that came after those before; those of other stages are left out."""
        for event in events:
            if event["stage"] == "train" and event["values"]:
                self._curves.setdefault(event["note"], _GrowingCurve()).add(event["done"], event["values"])

    def columns(self) -> dict[str, Curve]:
        """Return each training's columns `step`, `loss`, `accuracy`, and `val_step`, `meta_val` of the few probes."""
        return {name: curve.columns() for name, curve in self._curves.items()}


class _GrowingCurve:
    """One training. Goes it on from an earlier step, what it did after that step was lost, and counts no more."""

    def __init__(self) -> None:
        self._steps: list[int] = []
        self._means = {name: RunningMean() for name in ("loss", "accuracy")}
        self._probes: dict[int, float] = {}

    def add(self, step: int, values: Mapping[str, float]) -> None:
        if self._steps and step <= self._steps[-1]:
            kept = bisect_left(self._steps, step)
            del self._steps[kept:]
            for mean in self._means.values():
                del mean.values[kept:]
            self._probes = {probed: value for probed, value in self._probes.items() if probed < step}
        self._steps.append(step)
        for name, mean in self._means.items():
            mean.add(float(values.get(name, float("nan"))))
        if "meta_val" in values:
            self._probes[step] = float(values["meta_val"])

    def columns(self) -> Curve:
        places = thinned(range(len(self._steps)))
        curve: Curve = {"step": [float(self._steps[place]) for place in places]}
        curve |= {name: [mean.values[place] for place in places] for name, mean in self._means.items()}
        return curve | {
            "val_step": [float(step) for step in self._probes],
            "meta_val": list(self._probes.values()),
        }


def thinned(steps: Sequence[int], max_points: int = MAX_POINTS) -> list[int]:
    """Return at most `max_points` of the steps, evenly taken, the last one always."""
    if len(steps) <= max_points:
        return list(steps)
    stride = -(-len(steps) // (max_points - 1))
    kept = list(steps[::stride])
    return kept if kept[-1] == steps[-1] else [*kept, steps[-1]]


class RunningMean:
    """The running mean that gives each value before the last `weight` times as much as the next."""

    def __init__(self, weight: float = 0.9) -> None:
        self._weight = weight
        self.values: list[float] = []
        """The mean after each value; those at the end may be taken away."""

    def add(self, value: float) -> None:
        """Take one value more."""
        power = self._weight ** len(self.values)
        before = (1 - power) / (1 - self._weight)  # the sum of the weights so far
        mean = self._weight * before * self.values[-1] if self.values else 0.0
        self.values.append((mean + value) / (self._weight * before + 1))
