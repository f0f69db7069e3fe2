"""Solve tasks with a method and say which queries it gets right."""

from collections.abc import Sequence

import numpy as np
import torch
from jaxtyping import Bool, Float, Shaped
from torch import Tensor

from umeta.device_memory import in_parts
from umeta.stage import OnStep, Step, ignore_step
from umeta.tasks import FewShotClassifier, ManyModes, TaskBatch
from umeta.tasks.gathering import Items, gather

ITEMS_PER_CHUNK = 2000
"""Images that are on the device at once: bounds the memory of an evaluation whatever the tasks' shape."""
VALUES_PER_CHUNK = 2**19
"""Values of embeddings that are on the device at once, 2 MB: many small tasks go through a solver together."""


def evaluate(
    classifier: FewShotClassifier,
    inputs: Items,
    tasks: TaskBatch,
    *,
    device: torch.device,
    name: str = "",
    on_step: OnStep = ignore_step,
) -> Bool[np.ndarray, "n_tasks n_way n_query"]:
    """Return whether each query of each task is classified correctly.

    `inputs` holds every item of the set, images or embeddings; only the items that the tasks use are touched, and
    what a method computes from one item alone is computed once, however many tasks use it.
    """
    return evaluate_modes(classifier, (None,), inputs, tasks, device=device, name=name, on_step=on_step)[0]


def evaluate_modes(
    classifier: FewShotClassifier,
    modes: Sequence[str | None],
    inputs: Items,
    tasks: TaskBatch,
    *,
    device: torch.device,
    name: str = "",
    on_step: OnStep = ignore_step,
) -> list[Bool[np.ndarray, "n_tasks n_way n_query"]]:
    """Return for each batch-norm mode what `evaluate` does; one mode is the classifier's own, more need `ManyModes`."""
    if tasks.views is not None:
        raise ValueError(
            "tasks of views are judged by `evaluate_on_views`: an item number stands for many views."
        )
    n_tasks, n_way, n_shot = tasks.support.shape
    n_query = tasks.query.shape[2]
    is_used = np.zeros(len(inputs), bool)
    is_used[tasks.support] = is_used[tasks.query] = True
    used, row_of = np.flatnonzero(is_used), np.cumsum(is_used) - 1
    support_rows, query_rows = row_of[tasks.support], row_of[tasks.query].reshape(n_tasks, n_way * n_query)
    embedded = in_parts(
        lambda part: classifier.embed(gather(inputs, used[part], device)), len(used), ITEMS_PER_CHUNK
    )
    items = torch.cat([items for _, items in embedded])
    truth = torch.tensor(tasks.true_rows.reshape(n_tasks, -1), device=device)
    correct = [np.empty((n_tasks, n_way, n_query), bool) for _ in modes]
    items_per_chunk = VALUES_PER_CHUNK // items.shape[1] if items.dim() == 2 else ITEMS_PER_CHUNK
    step = max(1, items_per_chunk // (n_way * (n_shot + n_query)))
    on_step(Step("test", 0, n_tasks, note=name))

    def solve(part: slice) -> list[Float[Tensor, "n_tasks n_queries n_way"]]:
        support, queries = (gather(items, rows[part], device) for rows in (support_rows, query_rows))
        return scores_by_mode(classifier, modes, support, queries)

    for part, scores in in_parts(solve, n_tasks, step):
        for correct_in_mode, mode_scores in zip(correct, scores, strict=True):
            right = mode_scores.argmax(dim=2) == truth[part]
            correct_in_mode[part] = right.reshape(-1, n_way, n_query).cpu().numpy()
        on_step(Step("test", part.stop, n_tasks, note=name))
    return correct


def scores_by_mode(
    classifier: FewShotClassifier,
    modes: Sequence[str | None],
    support: Shaped[Tensor, "n_tasks n_way n_shot ..."],
    queries: Shaped[Tensor, "n_tasks n_queries ..."],
) -> list[Float[Tensor, "n_tasks n_queries n_way"]]:
    """Return the scores in each batch-norm mode of what the classifier has embedded."""
    named = [mode for mode in modes if mode is not None]
    if len(named) > 1 and isinstance(classifier, ManyModes):
        return classifier.scores_in(named, support, queries)
    return [classifier.scores(support, queries)]
