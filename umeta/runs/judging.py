"""What a run judges, and how its baselines are made ready for that."""

import math
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, Protocol, runtime_checkable

import numpy as np
import torch
from jaxtyping import Bool

from umeta.baselines import Baseline
from umeta.data import Dataset
from umeta.evaluation import accuracy, evaluate, over_classes
from umeta.randomness import Stream, numpy_generator, torch_generator
from umeta.runs.config import TestConfig, setting
from umeta.stage import UserError
from umeta.tasks import FewShotClassifier, TaskBatch, TaskConfig, TestTasks

CHOICE_TASKS = 200
"""On how many meta_val tasks of a shape an option that a baseline leaves open is chosen."""

Solver = Callable[[TaskConfig], tuple[FewShotClassifier, dict[str, Any]]]
"""Gives what solves tasks of a shape, and what must be said of it in its row of the results."""


class Judged(NamedTuple):
    """One method to be judged: its name in results, its modes, the items it works on, and its solvers."""

    name: str
    modes: Sequence[str | None]
    """Batch-norm modes, each with a row of its own; more than one only where the solvers are `ManyModes`."""
    inputs: torch.Tensor
    solver: Solver


@runtime_checkable
class TakesGradientSteps(Protocol):
    """A classifier that adapts to each task by gradient steps: `test.first` may spare it a part of the tasks."""

    @property
    def steps(self) -> int:
        """Gradient steps on each task."""
        ...


def tasks_for(classifier: FewShotClassifier, tasks: TestTasks, test: TestConfig) -> TaskBatch:
    """Return the tasks of a list that a classifier is judged on: all, or the first that `test.first` leaves it."""
    first = dict(test.first).get(setting(tasks.config))
    return tasks.tasks[:first] if isinstance(classifier, TakesGradientSteps) else tasks.tasks


def measures(correct: Bool[np.ndarray, "n_tasks n_way n_query"], judged_on: TaskBatch) -> dict[str, Any]:
    """Return the figures of a row: accuracy, its intervals over tasks and over classes, and the number of tasks.

    There is no interval over classes, None, where a class is in every task, or where the tasks come from many true
    partitions, whose classes are made of the same items.
    """
    found = accuracy(correct)
    one_partition = (judged_on.origin == judged_on.origin[0]).all()
    classes = over_classes(correct, judged_on.clusters).ci95 if one_partition else math.nan
    return {
        "accuracy": found.mean,
        "ci95": found.ci95,
        "ci95_classes": None if math.isnan(classes) else classes,
        "n_tasks": found.n_tasks,
    }


def ready_baseline(
    baseline: Baseline,
    dataset: Dataset,
    vectors: torch.Tensor,
    images: torch.Tensor,
    *,
    seed: int,
    test_seed: int,
    device: torch.device,
) -> Judged:
    """Fit a baseline on meta_train, where it wants that, and return it on the embedding or the images.

    An option that it leaves open is chosen for each shape of tasks when that is judged; the row then says so.
    """
    about = {"label_use": "test queries", "transductive": True} if baseline.reads_query_labels else {}
    inputs = vectors if baseline.works_on == "embeddings" else images
    generator = torch_generator(seed, Stream.BASELINE_CLASSIFIER)
    meta_train = vectors[dataset.items("meta_train")].numpy()
    state = baseline.fit(meta_train, rng=numpy_generator(seed, Stream.BASELINE))

    def classifier(one: Baseline, shape: TaskConfig) -> FewShotClassifier:
        return one.classifier(state, tuple(inputs.shape[1:]), shape.n_way, generator=generator, device=device)

    def solver(shape: TaskConfig) -> tuple[FewShotClassifier, dict[str, Any]]:
        candidates = baseline.candidates(shape)
        if candidates == [baseline]:
            return classifier(baseline, shape), about
        best = candidates[0]
        if len(candidates) > 1:
            tasks = _meta_val_tasks(baseline, dataset, shape, test_seed).tasks
            best = max(
                candidates,
                key=lambda one: accuracy(evaluate(classifier(one, shape), inputs, tasks, device=device)).mean,
            )
        given = baseline.made_from()
        chosen = {key: value for key, value in best.made_from().items() if value != given[key]}
        return classifier(best, shape), {"chosen": chosen, "label_use": "tuned on meta_val"}

    return Judged(baseline.label, (baseline.batch_norm,), inputs, solver)


def _meta_val_tasks(baseline: Baseline, dataset: Dataset, shape: TaskConfig, test_seed: int) -> TestTasks:
    """Draw what an open option is chosen on: other tasks than those judged, where these are of meta_val too."""
    try:
        return TestTasks.draw(dataset, shape, n_tasks=CHOICE_TASKS, split="meta_val", seed=test_seed + 1)
    except UserError as error:
        raise UserError(
            f"baseline {baseline.label}: its option cannot be chosen on meta_val, so give it a value: {error}"
        ) from None
