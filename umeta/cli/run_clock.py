"""How long the run that a command executes will still take."""

import time
from collections.abc import Callable
from typing import Any

from umeta.runs import RunConfig
from umeta.runs.time_left import time_left
from umeta.stage import Step


def clock_of(config: RunConfig) -> Callable[[Step], float | None]:
    """Return a function that takes each step of a run and says how long the whole of it will still take."""
    events: list[dict[str, Any]] = []

    def left(step: Step) -> float | None:
        event = {
            "time": time.time(),
            "stage": step.stage,
            "note": step.note,
            "done": step.done,
            "total": step.total,
            "values": dict(step.values),
        }
        goes_on = len(events) > 1 and all(
            (events[-1][key], events[-2][key]) == (event[key], event[key]) for key in ("stage", "note")
        )
        events[-1 if goes_on else len(events) :] = [event]  # of each stage its first and its latest
        return time_left(config, events)

    return left
