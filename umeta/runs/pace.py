"""How long work will go on at its pace so far."""

from collections.abc import Mapping, Sequence
from typing import Any

WINDOW = 60.0
"""Seconds of the past that a pace is measured over: work on a busy machine changes its pace."""
MIN_SPAN = 2.0
"""Seconds of work that a pace is measured from at the least."""


def seconds_left(events: Sequence[Mapping[str, Any]]) -> float | None:
    """Return the seconds that the phase going on has left, at its pace over the last minute; None while it has none.

    Args:
        events: Progress events as `Recorder` writes them, the oldest first. Those of one stage and note are a phase.
    """
    if not events:
        return None
    last = events[-1]
    phase = [event for event in events if (event["stage"], event["note"]) == (last["stage"], last["note"])]
    recent = [
        event for event in phase if last["time"] - event["time"] <= WINDOW and event["done"] <= last["done"]
    ]
    first = recent[0]
    span, done = last["time"] - first["time"], last["done"] - first["done"]
    if span < MIN_SPAN or done <= 0:
        return None
    return (last["total"] - last["done"]) * span / done
