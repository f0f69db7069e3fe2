"""How long a run that is going on will still take: what it has measured, and the model of what is to come."""

from collections.abc import Mapping, Sequence
from itertools import groupby, pairwise
from statistics import median_low
from typing import Any

from umeta.runs.config import RunConfig
from umeta.runs.cost_model import seconds_of_each_test, seconds_of_training
from umeta.runs.stages import TASKS_DRAWN, TRIAL

PAUSE, TIMES_USUAL = 30.0, 5
"""Seconds between two events of one stage that mean that the run was stopped meanwhile, if they are this many times as
many as between others: on slow machines an event may take so long."""
Event = Mapping[str, Any]
Group = Sequence[Event]


def time_left(config: RunConfig, events: Sequence[Event], *, now: float | None = None) -> float | None:
    """Return the seconds that a run will still take; None while nothing is measured yet.

    The stage that is going on goes on at its own rate. What is to come takes what the model says, times how much slower
    or faster this machine was than the model in the same kind of work so far.

    Args:
        config: The run's config.
        events: All its events so far, as `RunDirectory.events` returns them.
        now: The time, in seconds since 1970; without it, that of the last event.
    """
    groups = [list(group) for _, group in groupby(events, key=lambda event: (event["stage"], event["note"]))]
    if not groups or groups[-1][-1]["stage"] in (TASKS_DRAWN, TRIAL):
        return None
    drawn = [group[-1] for group in groups if group[0]["stage"] == TASKS_DRAWN]
    trainings = _by_note(groups, "train")
    tests = _by_note(groups, "test")
    measured = _slowness_of_training(config, trainings or _by_note(groups, TRIAL))
    slowness = measured or 1.0
    tests_modelled = _seconds_of_tests(config, drawn, tests, slowness)
    training = slowness * seconds_of_training(config)
    of_stage = {"train": training, "test": sum(tests_modelled[:1])} if measured else {}
    this_stage = _left_of_stage(groups[-1], of_stage.get(groups[-1][0]["stage"]), now)
    if this_stage is None:
        return None
    n_trainings = 0 if config.learner.iterations == 0 or tests else 2 if config.oracle else 1
    later_trainings = max(0, n_trainings - len(trainings)) * training
    return this_stage + later_trainings + sum(tests_modelled[1:] if tests else tests_modelled)


def _by_note(groups: Sequence[Group], stage: str) -> list[Group]:
    """Return the groups of events of a stage; of those that begin anew, the last."""
    return list({group[0]["note"]: group for group in groups if group[0]["stage"] == stage}.values())


def _left_of_stage(group: Group, modelled: float | None, now: float | None) -> float | None:
    """Return the seconds left of the stage that is going on: by its own rate, or else by what is modelled of it."""
    last = group[-1]
    rate = _seconds_of_unit(group)
    if rate is None and modelled is not None:
        rate = modelled / max(1, last["total"])
    if rate is None:
        return None
    since_last = 0.0 if now is None else max(0.0, now - last["time"])
    left = rate * max(0, last["total"] - last["done"])
    return max(0.0, left - since_last) if since_last < rate else max(0.0, left - rate)


def _seconds_of_unit(group: Group) -> float | None:
    """Return how long one unit of a stage takes, since the run was last started; None for a single event."""
    gaps = [after["time"] - before["time"] for before, after in pairwise(group)]
    pause = max(PAUSE, TIMES_USUAL * median_low(gaps)) if gaps else PAUSE
    begin = 0
    for number, (before, after) in enumerate(pairwise(group), start=1):
        if gaps[number - 1] > pause or after["done"] < before["done"]:
            begin = number
    first, last = group[begin], group[-1]
    if last["done"] > first["done"]:
        return max(0.0, last["time"] - first["time"]) / (last["done"] - first["done"])
    return 0.0 if last["done"] >= last["total"] else None


def _slowness_of_training(config: RunConfig, trainings: Sequence[Group]) -> float | None:
    """Return how many times as long training took as the model says; None while none is measured."""
    rates = [rate for group in trainings if (rate := _seconds_of_unit(group))]
    modelled = seconds_of_training(config)
    return rates[-1] * config.learner.iterations / modelled if rates and modelled else None


def _seconds_of_tests(
    config: RunConfig, drawn: Sequence[Event], tests: Sequence[Group], slowness: float
) -> list[float]:
    """Return the seconds of each test that has not ended, the first of them that which is going on, if one is.

    Tests that have ended say how slow they are, else the training does.
    """
    n_images = {event["note"]: int(event["values"]["images"]) for event in drawn}
    modelled = seconds_of_each_test(config, n_images)
    ended = [group for group in tests if group[-1]["done"] >= group[-1]["total"]]
    measured = sum(group[-1]["time"] - group[0]["time"] for group in ended)
    expected = sum(modelled[: len(ended)])
    if ended and expected > 0 and measured > 0:
        slowness = measured / expected
    return [slowness * seconds for seconds in modelled[max(0, len(tests) - 1) if tests else 0 :]]
