"""Running averages of what the batch norms normalise by."""

from collections.abc import Sequence

import torch

from umeta.backbones import Moments
from umeta.learners.learner import LearnerState

MOMENTUM = 0.1
PLAIN_MEAN_STEPS = round(1 / MOMENTUM)
"""Steps in which the averages are plain means; from then on every update does the same."""


@torch.no_grad()
def update_statistics(state: LearnerState, moments: Sequence[Sequence[Moments]]) -> None:
    """Move the running averages towards the mean over tasks of the moments just seen, given part by part.

    The first steps take a plain mean, so that the averages owe nothing to an arbitrary start.
    """
    share = max(MOMENTUM, 1 / (state.step + 1))
    for block, parts in enumerate(zip(*moments, strict=True), start=1):
        for field in Moments._fields:
            current = torch.cat([getattr(part, field) for part in parts]).mean(0)
            before = state.statistics.get(f"norm{block}.{field}")
            if before is None:
                state.statistics[f"norm{block}.{field}"] = current
            else:
                before.lerp_(current, share)  # in place, where a recorded update finds it


def named_moments(statistics: dict[str, torch.Tensor]) -> list[Moments]:
    """Return the running averages in the order of the network's batch norms."""
    n_blocks = len(statistics) // len(Moments._fields)
    return [
        Moments(*(statistics[f"norm{block}.{field}"] for field in Moments._fields))
        for block in range(1, n_blocks + 1)
    ]
