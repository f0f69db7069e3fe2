"""How long a run that is going on will still take: what it has measured, and the model of what is to come."""

from collections.abc import Mapping, Sequence
from itertools import groupby, pairwise
from typing import Any

from umeta.runs.config import RunConfig
from umeta.runs.cost_model import seconds_of_each_test, seconds_of_training

PAUSE = 30.0
"""Seconds between two events of one stage that mean that the run was stopped meanwhile."""
Event = Mapping[str, Any]


def time_left(config: RunConfig, events: Sequence[Event]) -> float | None:
    """Return the seconds that a run will still take; None while nothing is measured yet.

    The stage that is going on goes on at its own rate. Later stages take what the model says, times how much slower
    or faster this machine was than the model so far.

    Args:
        config: The run's config.
        events: All its events so far, as `RunDirectory.events` returns them.
    """
    groups = [list(group) for _, group in groupby(events, key=lambda event: (event["stage"], event["note"]))]
    if not groups or (rate := _seconds_of_unit(groups[-1])) is None:
        return None
    last = groups[-1][-1]
    in_this_stage = rate * max(0, last["total"] - last["done"])
    trainings = {group[0]["note"]: group for group in groups if group[0]["stage"] == "train"}
    tests = {group[0]["note"]: group for group in groups if group[0]["stage"] == "test"}
    slowness = _slowness_of_training(config, list(trainings.values()))
    n_trainings = 0 if config.learner.iterations == 0 or tests else 2 if config.oracle else 1
    later_trainings = max(0, n_trainings - len(trainings)) * seconds_of_training(config) * slowness
    return in_this_stage + later_trainings + _seconds_of_later_tests(config, list(tests.values()), slowness)


def _seconds_of_unit(group: Sequence[Event]) -> float | None:
    """Return how long one unit of a stage takes, since the run was last started; None for a single event."""
    begin = 0
    for number, (before, after) in enumerate(pairwise(group), start=1):
        if after["time"] - before["time"] > PAUSE or after["done"] < before["done"]:
            begin = number
    first, last = group[begin], group[-1]
    if last["done"] > first["done"]:
        return max(0.0, last["time"] - first["time"]) / (last["done"] - first["done"])
    return 0.0 if last["done"] >= last["total"] else None


def _slowness_of_training(config: RunConfig, trainings: Sequence[Sequence[Event]]) -> float:
    """Return how many times as long training took as the model says; 1 while none is measured."""
    rates = [rate for group in trainings if (rate := _seconds_of_unit(group))]
    modelled = seconds_of_training(config)
    return rates[-1] * config.learner.iterations / modelled if rates and modelled else 1.0


def _seconds_of_later_tests(config: RunConfig, tests: Sequence[Sequence[Event]], slowness: float) -> float:
    """Return the seconds of the tests that have not begun."""
    modelled = seconds_of_each_test(config)
    ended = [group for group in tests if group[-1]["done"] >= group[-1]["total"]]
    measured = sum(group[-1]["time"] - group[0]["time"] for group in ended)
    expected = sum(modelled[: len(ended)])
    if ended and expected > 0 and measured > 0:
        slowness = measured / expected
    return slowness * sum(modelled[len(tests) :])
