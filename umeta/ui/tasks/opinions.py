"""Further partitions by the strategy that tasks are drawn from: how sure a pair is, is how often they agree on it."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from umeta.partitions import PARTITIONS
from umeta.ui.frame import state
from umeta.ui.tasks.controls import NOISY, TaskRequest
from umeta.ui.tasks.numbered_tasks import partition_method

N_OPINIONS = 5
"""Partitions that are asked, where tasks are drawn from fewer; as many as Partitions compares."""


def opinion_method(request: TaskRequest) -> Any:
    """Return the strategy with as many partitions as are asked; None where it makes no different ones."""
    method = partition_method(request)
    if request.source not in NOISY or "n_partitions" not in PARTITIONS.method_class(method.name).page_options:
        return None
    return method.model_copy(update={"n_partitions": max(N_OPINIONS, request.n_partitions)})


def opinions(request: TaskRequest, *, make: bool) -> Sequence[np.ndarray]:
    """Return the clusters of each partition that is asked; none where there are none, or they are yet to be made.

    Args:
        request: What tasks are drawn from; noise is left out.
        make: Whether to make them, which takes as long as so many clusterings.
    """
    method = opinion_method(request)
    if method is None or not (make or state.are_partitions_made(method)):
        return ()
    return [partition.clusters for partition in state.partitions(method)]
