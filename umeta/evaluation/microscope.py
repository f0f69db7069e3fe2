"""The inner loop under the microscope: what each gradient step does to a task's support and to its queries."""

from collections.abc import Iterator
from typing import Literal, NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from jaxtyping import Float, Int
from torch import Tensor

from umeta.learners import Learner, LearnerState
from umeta.learners.maml import Maml
from umeta.learners.maml_classifier import MamlClassifier
from umeta.learners.training import new_state, take_tasks
from umeta.stage import OnStep, Step, UserError, ignore_step
from umeta.tasks import TaskBatch
from umeta.tasks.gathering import Items

Training = Literal["before", "after"]
Adapts = Literal["whole network", "head alone"]
TRAINING: tuple[Training, ...] = ("before", "after")
ADAPTS: tuple[Adapts, ...] = ("whole network", "head alone")
TASKS_AT_ONCE = 8
"""Tasks between two progress events."""


class Curves(NamedTuple):
    """Accuracy as a fraction and mean cross-entropy, of each task, before the first gradient step and after each."""

    support_accuracy: Float[np.ndarray, "n_steps n_tasks"]
    support_loss: Float[np.ndarray, "n_steps n_tasks"]
    query_accuracy: Float[np.ndarray, "n_steps n_tasks"]
    query_loss: Float[np.ndarray, "n_steps n_tasks"]


class InnerLoop(NamedTuple):
    """One view: fresh weights or trained ones, and what of the network adapts."""

    training: Training
    adapts: Adapts
    curves: Curves


def inner_loops(
    learner: Learner,
    state: LearnerState,
    images: Items,
    tasks: TaskBatch,
    *,
    seed: int,
    device: torch.device,
    batch_norm: Literal["transductive", "support"] = "transductive",
    steps: int | None = None,
    on_step: OnStep = ignore_step,
) -> list[InnerLoop]:
    """Return the inner loop before and after meta-training, of the whole network and of its head alone.

    Args:
        learner: MAML, FOMAML or ANIL; all four views are given whatever it adapts itself.
        state: its trained weights.
        images: the whole set that the tasks' item numbers point into.
        tasks: a task (`tasks[3:4]`) or many, whose curves can be averaged over their last axis.
        seed: of the training run, which started from the fresh weights that are shown.
        device: where to compute.
        batch_norm: how queries are normalised.
        steps: gradient steps; None for as many as the learner takes at test.
        on_step: progress.

    Raises:
        UserError: the learner takes no gradient steps on a task.
    """
    if not isinstance(learner, Maml):
        raise UserError(
            f"learner={learner.name} takes no gradient steps on a task; the microscope is for maml, fomaml and anil."
        )
    fresh = new_state(learner, images, len(state.weights["head.bias"]), seed=seed, device=device)
    steps = learner.test_inner_steps if steps is None else steps
    total, done = 4 * len(tasks), 0
    views = []
    for training in TRAINING:
        for adapts in ADAPTS:
            start = fresh if training == "before" else state
            classifier = MamlClassifier(
                start, batch_norm, learner.n_filters, learner.inner_lr, steps, adapts == "head alone"
            )
            parts = []
            for part in _parts(tasks):
                on_step(Step("microscope", done, total, note=f"{training} training, {adapts}"))
                parts.append(adaptation_curves(classifier, images, part, device=device))
                done += len(part)
            whole = (np.concatenate(curves, axis=1) for curves in zip(*parts, strict=True))
            views.append(InnerLoop(training, adapts, Curves(*whole)))
    on_step(Step("microscope", total, total))
    return views


def adaptation_curves(
    classifier: MamlClassifier,
    images: Items,
    tasks: TaskBatch,
    *,
    device: torch.device,
) -> Curves:
    """Return how a classifier's support and query accuracy and loss change as it adapts to each task."""
    support, queries = take_tasks(images, tasks, device)
    by_step = classifier.scores_by_step(support, queries.flatten(1, 2))
    support_rows = np.arange(support.shape[1]).repeat(support.shape[2])[None].repeat(len(tasks), axis=0)
    query_rows = tasks.true_rows.reshape(len(tasks), -1)
    rows = [
        (*_measured(support_scores, support_rows), *_measured(query_scores, query_rows))
        for support_scores, query_scores in by_step
    ]
    return Curves(*(np.stack(values) for values in zip(*rows, strict=True)))


def _measured(
    scores: Float[Tensor, "n_tasks n_items n_way"], rows: Int[np.ndarray, "n_tasks n_items"]
) -> tuple[Float[np.ndarray, " n_tasks"], Float[np.ndarray, " n_tasks"]]:
    """Return each task's accuracy and mean cross-entropy; its items stand class by class."""
    truth = torch.from_numpy(rows).to(scores.device)
    right = (scores.argmax(-1) == truth).double().mean(1)
    loss = F.cross_entropy(scores.mT, truth, reduction="none").double().mean(1)
    return right.cpu().numpy(), loss.cpu().numpy()


def _parts(tasks: TaskBatch) -> Iterator[TaskBatch]:
    for start in range(0, len(tasks), TASKS_AT_ONCE):
        yield tasks[start : start + TASKS_AT_ONCE]
