"""Training curves as plain columns, for charts that grow while one looks."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

MAX_POINTS = 400
"""Of one curve: more cannot be told apart on a screen."""

Curve = dict[str, list[float]]


def training_curves(events: Iterable[Mapping[str, Any]]) -> dict[str, Curve]:
    """Collect a run's training events into curves, one mapping for each training (`CACTUs`, `oracle`, …).

    Each has the columns `step`, `loss`, `accuracy`, and `val_step`, `meta_val` for the occasional probes. A step that
    was trained twice, before and after an interruption, counts once, as it was last.
    """
    steps_of: dict[str, dict[int, Mapping[str, float]]] = {}
    for event in events:
        if event["stage"] == "train" and event["values"]:
            steps_of.setdefault(event["note"], {})[event["done"]] = event["values"]
    return {name: _columns(steps) for name, steps in steps_of.items()}


def _columns(steps: Mapping[int, Mapping[str, float]]) -> Curve:
    ordered = sorted(steps)
    probes = [step for step in ordered if "meta_val" in steps[step]]
    kept = thinned(ordered)
    curve: Curve = {"step": [float(step) for step in kept]}
    for name in ("loss", "accuracy"):
        values = smoothed([float(steps[step].get(name, float("nan"))) for step in ordered])
        by_step = dict(zip(ordered, values, strict=True))
        curve[name] = [by_step[step] for step in kept]
    curve["val_step"] = [float(step) for step in probes]
    curve["meta_val"] = [float(steps[step]["meta_val"]) for step in probes]
    return curve


def thinned(steps: Sequence[int], max_points: int = MAX_POINTS) -> list[int]:
    """Return at most `max_points` of the steps, evenly taken, the last one always."""
    if len(steps) <= max_points:
        return list(steps)
    stride = -(-len(steps) // (max_points - 1))
    kept = list(steps[::stride])
    return kept if kept[-1] == steps[-1] else [*kept, steps[-1]]


def smoothed(values: Sequence[float], weight: float = 0.9) -> list[float]:
    """Return the running mean that gives each value before the last `weight` times as much as the next."""
    mean, total, out = 0.0, 0.0, []
    for value in values:
        mean, total = weight * mean + value, weight * total + 1
        out.append(mean / total)
    return out
