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
from umeta.results.contenders import DISTINCTION, Contender
from umeta.results.finished_run import FinishedRun
from umeta.runs.result import ResultRow

Training = tuple[FinishedRun, ResultRow]


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
        """The widest claim that can be made: over training seeds, else over a few marked classes, else over tasks."""
        return self.seeds or self.over_marked_classes or self.tasks

    @property
    def over_marked_classes(self) -> Interval | None:
        """The interval over classes, where a person marked but a few; None where it cannot be told."""
        told = self.classes is not None and self.classes.ci95 == self.classes.ci95
        return self.classes if told and self.a.uses_marks else None


def like_for_like(a: Contender, b: Contender) -> bool:
    """Return whether a sentence may compare two methods: both saw the queries of a task together, or neither did."""
    return a.transductive == b.transductive


def difference(a: Contender, b: Contender) -> Difference:
    """Compare two methods at one way and shot on the tasks both were judged on, over the trainings that both have."""
    pairs = list(_paired_trainings(a, b))
    answers = [both for both in (_shared_answers(*pair) for pair in pairs) if both is not None]
    several = (a.repeated or b.repeated) and len(pairs) > 1
    if len(answers) < len(pairs):
        gaps = [first.accuracy - second.accuracy for (_, first), (_, second) in pairs]
        return Difference(a, b, float(np.mean(gaps)), None, None, over_seeds(gaps) if several else None)
    gaps = [float(first.mean() - second.mean()) for first, second in answers]
    n_tasks = min(len(first) for first, _ in answers)
    right_a, right_b = (
        np.concatenate([correct[:n_tasks] for correct in side], axis=2) for side in zip(*answers, strict=True)
    )
    tasks = paired_difference(right_a, right_b)
    comparable_classes = a.row.ci95_classes is not None  # None: the tasks' classes are made of the same items
    class_numbers = a.run.classes(a.row) if comparable_classes else None
    classes = (
        None
        if class_numbers is None
        else over_classes(right_a.astype(float) - right_b, class_numbers[:n_tasks])
    )
    return Difference(a, b, tasks.mean, tasks, classes, over_seeds(gaps) if several else None)


def difference_sentence(compared: Difference) -> str:
    """Return by how much A beats B, as a sentence; with an interval around zero they cannot be told apart."""
    a, b = _name(compared.a, compared.b), _name(compared.b, compared.a)
    if compared.b.method.is_baseline and _share_encoder(compared.a, compared.b) and DISTINCTION not in b:
        b += (
            " on the same embedding" if _share_embedding(compared) else " on an embedding by the same encoder"
        )
    where = f"({compared.a.setting})"
    interval = compared.interval
    if interval is None:
        return f"{a} and {b} differ by {100 * compared.mean:+z.1f} points {where}; no interval, the answers are gone."
    rows = compared.a.row, compared.b.row
    n_tasks = compared.tasks.n_tasks if compared.tasks else min(row.n_tasks for row in rows)
    tasks = "tasks of views" if compared.a.judged_on == "views" else "tasks"
    on = f"on the same {n_tasks:,} {tasks} {where}"
    if compared.seeds:
        on += f" over {compared.seeds.n} trainings"
    elif compared.over_marked_classes:
        on += f" of {compared.over_marked_classes.n} marked classes, which the interval covers"
    mean = 100 * interval.mean
    low, high = (100 * (interval.mean + sign * interval.ci95) for sign in (-1, 1))
    if low <= 0 <= high:
        return f"{a} and {b} cannot be told apart: {mean:+z.1f} points [{low:z.1f}, {high:z.1f}] {on}."
    if mean < 0:
        return f"{a} falls behind {b} by {-mean:.1f} points [{-high:.1f}, {-low:.1f}] {on}."
    return f"{a} beats {b} by {mean:.1f} points [{low:.1f}, {high:.1f}] {on}."


def _name(contender: Contender, other: Contender) -> str:
    """Return the name of one of two methods; that of a baseline tells its encoder where the other has another."""
    method, (name, _, options) = contender.method, contender.name.partition(DISTINCTION)
    if contender.run.run_id == other.run.run_id or _share_encoder(contender, other):
        return contender.name
    if not method.is_baseline or method.encoder is None or method.encoder in options.split(", "):
        return contender.name
    return f"{name}{DISTINCTION}{', '.join(filter(None, (method.encoder, options)))}"


def _share_encoder(a: Contender, b: Contender) -> bool:
    """Return whether an encoder of the same options has a part in both."""
    encoders = [contender.run.result.config["encoder"] for contender in (a, b)]
    return None not in (a.method.encoder, b.method.encoder) and encoders[0] == encoders[1]


def _share_embedding(compared: Difference) -> bool:
    """Return whether all trainings compared are known to be of one embedding.

    Those of one run are. Results of several runs have to say so, which those of earlier versions do not: an encoder
    that is trained again by the same options may end as another one.
    """
    runs = [run for pair in _paired_trainings(compared.a, compared.b) for run, _ in pair]
    if len({run.run_id for run in runs}) == 1:
        return True
    embeddings = {run.result.made_with.get("embedding") for run in runs}
    return len(embeddings) == 1 and None not in embeddings


def _paired_trainings(a: Contender, b: Contender) -> Iterator[tuple[Training, Training]]:
    """Pair trainings by seed; a baseline that no chance decides stands beside every training of the other."""
    shared = [seed for seed in a.trainings if seed in b.trainings]
    if not a.method.is_baseline and b.method.is_baseline and not b.repeated:
        yield from ((own, b.trainings.get(seed, (b.run, b.row))) for seed, own in a.trainings.items())
    elif not b.method.is_baseline and a.method.is_baseline and not a.repeated:
        yield from ((a.trainings.get(seed, (a.run, a.row)), own) for seed, own in b.trainings.items())
    elif shared:
        yield from ((a.trainings[seed], b.trainings[seed]) for seed in shared)
    else:
        yield (a.run, a.row), (b.run, b.row)


def _shared_answers(a: Training, b: Training) -> tuple[np.ndarray, np.ndarray] | None:
    """Return what both got right on the tasks that both were judged on."""
    first, second = a[0].correct(a[1]), b[0].correct(b[1])
    return None if first is None or second is None else shared_tasks(first, second)
