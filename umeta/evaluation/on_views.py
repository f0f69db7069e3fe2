"""Solve tasks of views: each row is one image, and its queries are random views of it, which have to be made first."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import NamedTuple

import numpy as np
import torch
from jaxtyping import Bool, Shaped, UInt8
from torch import Tensor

from umeta.device_memory import in_parts
from umeta.evaluation.few_shot import ITEMS_PER_CHUNK, scores_by_mode
from umeta.learners.training import take_tasks
from umeta.stage import OnStep, Step, ignore_step
from umeta.tasks import FewShotClassifier, TaskBatch
from umeta.tasks.gathering import Items

Encode = Callable[[UInt8[Tensor, "n_views channels height width"]], Shaped[Tensor, "n_views dim"]]
"""Turns images that no embedding holds into vectors."""


class ViewSolver(NamedTuple):
    """One method that answers tasks of views."""

    classifier: FewShotClassifier
    modes: Sequence[str | None] = (None,)
    """Batch-norm modes, as for `evaluate_modes`."""
    encode: Encode | None = None
    """For a method that works on embeddings; None for one that works on images."""
    n_tasks: int | None = None
    """How many of the first tasks it answers; None for all."""
    name: str = ""


def evaluate_on_views(
    solvers: Sequence[ViewSolver],
    images: Items,
    tasks: TaskBatch,
    *,
    device: torch.device,
    timed: Callable[[str], AbstractContextManager[None]] = lambda name: nullcontext(),
    on_step: OnStep = ignore_step,
) -> list[list[Bool[np.ndarray, "n_solved n_way n_query"]]]:
    """Return for each solver and mode which queries it gets right.

    Views are made once, some tasks at a time, and embedded once for all methods that share an `encode`.

    Args:
        timed: Given a solver's name, a context in which its time is measured; "views" for making views.
    """
    n_tasks, n_way, n_shot = tasks.support.shape
    step = max(1, ITEMS_PER_CHUNK // (n_way * (n_shot + tasks.query.shape[2])))
    parts: list[list[list[np.ndarray]]] = [[[] for _ in solver.modes] for solver in solvers]
    on_step(Step("test", 0, n_tasks, note="tasks of views"))

    def solve(part: slice) -> list[list[np.ndarray]]:
        with timed("views"):
            support, query = take_tasks(images, tasks[part], device)
            views = torch.cat([support, query], dim=2)
        vectors: dict[Encode, Tensor] = {}
        answers: list[list[np.ndarray]] = []
        for solver in solvers:
            left = n_tasks if solver.n_tasks is None else solver.n_tasks - part.start
            if left <= 0:
                answers.append([])
                continue
            items = views
            if solver.encode is not None:
                if solver.encode not in vectors:
                    with timed("views"):
                        vectors[solver.encode] = _encoded(solver.encode, views)
                items = vectors[solver.encode]
            with timed(solver.name):
                answers.append(_right(solver, items[:left], n_shot))
        return answers

    for part, answers in in_parts(solve, n_tasks, step):
        for by_mode, found in zip(parts, answers, strict=True):
            for mode, correct in enumerate(found):  # nothing once a solver has answered its tasks
                by_mode[mode].append(correct)
        on_step(Step("test", part.stop, n_tasks, note="tasks of views"))
    return [[np.concatenate(answers) for answers in by_mode] for by_mode in parts]


def _encoded(encode: Encode, views: Tensor) -> Tensor:
    return encode(views.flatten(0, 2)).to(views.device).unflatten(0, views.shape[:3])


def _right(solver: ViewSolver, items: Tensor, n_shot: int) -> list[np.ndarray]:
    """Return which queries of some tasks are right, in each mode; `items` are (n_tasks, n_way, n_shot + n_query, …)."""
    n_tasks, n_way, per_class = items.shape[:3]
    embedded = solver.classifier.embed(items.flatten(0, 2)).unflatten(0, (n_tasks, n_way, per_class))
    support, queries = embedded[:, :, :n_shot], embedded[:, :, n_shot:].flatten(1, 2)
    truth = torch.arange(n_way, device=items.device).repeat_interleave(per_class - n_shot)
    return [
        (scores.argmax(dim=2) == truth).reshape(n_tasks, n_way, -1).cpu().numpy()
        for scores in scores_by_mode(solver.classifier, solver.modes, support, queries)
    ]
