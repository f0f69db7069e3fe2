"""Why a number differs: by how much each switch moves the accuracy of one method if nothing else is changed.

The first cell of the study `switches` is *ours*; every other differs from it in one thing. A learner that was judged in
several batch-norm modes is a switch by itself.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from umeta.evaluation import paired_difference
from umeta.evaluation.intervals import per_task, unpaired_difference
from umeta.results.finished_run import FinishedRun
from umeta.runs.config import SECTIONS
from umeta.runs.result import ResultRow

STUDY = "switches"
ASIDE = ("run_id", "seed", "device", "budget", "baselines")
"""Keys of a config that are no switches."""


@dataclass(frozen=True)
class Switch:
    """One thing that is done otherwise, and what that does to the accuracy. Accuracies are fractions."""

    name: str
    """As typed in a command, e.g. `learner.inner_steps=1`, or a batch-norm mode."""
    instead_of: str
    accuracy: float
    change: float
    """The accuracy minus ours."""
    ci95: float
    """The half-width of its 95% interval over test tasks."""
    same_tasks: bool
    """Whether both were judged on the same tasks, so that the change is paired."""


def switches_of(runs: Sequence[FinishedRun]) -> tuple[ResultRow, list[Switch]]:
    """Return our row, and what each switch does to it, the largest change first.

    Args:
        runs: ours first, then those that differ from it in one thing; all trained and judged at one way and shot.
    """
    ours, *others = runs
    own_row = ours.rows[0]
    found = [*_other_modes(ours), *(_of_run(run, ours) for run in others)]
    return own_row, sorted(found, key=lambda switch: -abs(switch.change))


def nearest_switch(switches: Sequence[Switch], ours: float, theirs: float) -> Switch | None:
    """Return the switch that brings our accuracy nearest to another one; None if none brings it nearer."""
    best = min(switches, key=lambda switch: abs(switch.accuracy - theirs), default=None)
    return best if best is not None and abs(best.accuracy - theirs) < abs(ours - theirs) else None


def _other_modes(ours: FinishedRun) -> Iterator[Switch]:
    first, *others = ours.rows
    for row in others:
        was = f"queries normalised: {first.method.batch_norm}"
        yield _switch(f"queries normalised: {row.method.batch_norm}", was, (ours, row), (ours, first))


def _of_run(run: FinishedRun, ours: FinishedRun) -> Switch:
    changed = dict(_changes(ours.result.config, run.result.config))
    name = ", ".join(f"{key}={new}" for key, (_, new) in changed.items())
    was = ", ".join(str(old) for old, _ in changed.values())
    return _switch(name, was, (run, run.rows[0]), (ours, ours.rows[0]))


def _switch(
    name: str, was: str, other: tuple[FinishedRun, ResultRow], ours: tuple[FinishedRun, ResultRow]
) -> Switch:
    correct, own = other[0].correct(other[1]), ours[0].correct(ours[1])
    rows = other[1], ours[1]
    same_tasks = rows[0].tasks_hash == rows[1].tasks_hash and rows[0].n_tasks == rows[1].n_tasks
    if correct is None or own is None:  # the answers are gone
        change, ci95 = rows[0].accuracy - rows[1].accuracy, math.hypot(rows[0].ci95, rows[1].ci95)
    elif same_tasks:
        change, ci95 = paired_difference(correct, own)[:2]
    else:
        change, ci95 = unpaired_difference(per_task(correct), per_task(own))
    return Switch(name, was, other[1].accuracy, change, ci95, same_tasks)


def _changes(ours: Mapping[str, Any], other: Mapping[str, Any]) -> Iterator[tuple[str, tuple[Any, Any]]]:
    """Yield each dotted key in which two configs differ, with both values; of another method its name alone."""
    for section, value in other.items():
        own = ours.get(section)
        if value == own or section in ASIDE:
            continue
        if section in SECTIONS and own is not None and value["name"] != own["name"]:
            yield section, (own["name"], value["name"])
        elif isinstance(value, Mapping):
            own = own or {}
            for key in dict.fromkeys([*own, *value]):
                if value.get(key) != own.get(key):
                    yield f"{section}.{key}", (_shown(own, key), _shown(value, key))
        else:
            yield section, (own, value)


def _shown(options: Mapping[str, Any], key: str) -> Any:
    """Return an option as it is typed; one that is left out at rest is `as usual`."""
    value = options.get(key, "as usual")
    return ",".join(map(str, value)) if isinstance(value, list | tuple) else value
