"""How much better one method is than another: paired on the same tasks, and by training seed if there are some."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from umeta.evaluation import (
    Interval,
    PairedDifference,
    over_classes,
    over_seeds,
    paired_difference,
    shared_tasks,
)
from umeta.results.contenders import BESIDE, ON_IMAGES, Contender
from umeta.results.finished_run import Finished, Row

Training = tuple[Finished, Row]


class Difference(NamedTuple):
    """How much more A gets right than B, as a fraction, and how sure that is."""

    a: Contender
    b: Contender
    mean: float
    tasks: PairedDifference | None
    """Over test tasks; None where the answers were not kept."""
    classes: Interval | None
    """Over classes; None where the answers were not kept."""
    seeds: Interval | None
    """Over training seeds; None for a single training."""

    @property
    def interval(self) -> Interval | PairedDifference | None:
        """The widest claim that can be made: over training seeds, else over tasks."""
        return self.seeds or self.tasks


def difference(a: Contender, b: Contender) -> Difference:
    """Compare two methods at one way and shot on the tasks both were judged on, over the trainings that both have."""
    pairs = list(_paired_trainings(a, b))
    answers = [found for found in (_answers(*pair) for pair in pairs) if found is not None]
    several = (a.repeated or b.repeated) and len(pairs) > 1
    if len(answers) < len(pairs):
        gaps = [first["accuracy"] - second["accuracy"] for (_, first), (_, second) in pairs]
        return Difference(a, b, float(np.mean(gaps)), None, None, over_seeds(gaps) if several else None)
    gaps = [float(first.mean() - second.mean()) for first, second in answers]
    n_tasks = min(len(first) for first, _ in answers)
    right_a, right_b = (
        np.concatenate([one[:n_tasks] for one in side], axis=2) for side in zip(*answers, strict=True)
    )
    tasks = paired_difference(right_a, right_b)
    by_classes = (
        a.row.get("ci95_classes", 0) is not None
    )  # None: the tasks' classes are made of the same items
    drawn = a.run.classes(a.row) if by_classes else None
    classes = None if drawn is None else over_classes(right_a.astype(float) - right_b, drawn[:n_tasks])
    return Difference(a, b, tasks.mean, tasks, classes, over_seeds(gaps) if several else None)


def in_words(found: Difference) -> str:
    """Say by how much A beats B; what the interval does not decide is called undecided."""
    a, b = found.a.name, found.b.name
    if found.b.kind == "baseline" and found.b.row["method"] not in ON_IMAGES and BESIDE not in b:
        b += " on the same embedding"
    where = f"({found.a.setting})"
    sure = found.interval
    if sure is None:
        return f"{a} and {b} differ by {100 * found.mean:+.1f} points {where}; no interval, the answers are gone."
    n_tasks = found.tasks.n_tasks if found.tasks else min(found.a.row["n_tasks"], found.b.row["n_tasks"])
    on = f"on the same {n_tasks:,} tasks {where}"
    if found.seeds:
        on += f" over {found.seeds.n} trainings"
    mean, low, high = 100 * sure.mean, 100 * (sure.mean - sure.ci95), 100 * (sure.mean + sure.ci95)
    if low <= 0 <= high:
        return f"{a} and {b} cannot be told apart: {mean:+.1f} points [{low:.1f}, {high:.1f}] {on}."
    if mean < 0:
        return f"{a} falls behind {b} by {-mean:.1f} points [{-high:.1f}, {-low:.1f}] {on}."
    return f"{a} beats {b} by {mean:.1f} points [{low:.1f}, {high:.1f}] {on}."


def _paired_trainings(a: Contender, b: Contender) -> Iterator[tuple[Training, Training]]:
    """Pair trainings by seed; a baseline that no chance decides stands beside every training of the other."""
    shared = [seed for seed in a.trainings if seed in b.trainings]
    if a.kind != "baseline" and b.kind == "baseline" and not b.repeated:
        yield from ((one, b.trainings.get(seed, (b.run, b.row))) for seed, one in a.trainings.items())
    elif b.kind != "baseline" and a.kind == "baseline" and not a.repeated:
        yield from ((a.trainings.get(seed, (a.run, a.row)), one) for seed, one in b.trainings.items())
    elif shared:
        yield from ((a.trainings[seed], b.trainings[seed]) for seed in shared)
    else:
        yield (a.run, a.row), (b.run, b.row)


def _answers(a: Training, b: Training) -> tuple[np.ndarray, np.ndarray] | None:
    """Return what both got right on the tasks that both were judged on."""
    first, second = a[0].correct(a[1]), b[0].correct(b[1])
    return None if first is None or second is None else shared_tasks(first, second)
