"""The learners that came with the demo, as they were trained."""

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from umeta.results.finished_run import FinishedRun
from umeta.results.reload import config_of
from umeta.runs import RunConfig, RunDirectory

if TYPE_CHECKING:  # imports torch
    from umeta.learners import LearnerState

ITEM_SHAPE = (1, 28, 28)


@lru_cache(maxsize=4)
def demo_learner(folder: Path, weights: Path) -> "tuple[RunConfig, LearnerState]":
    """Return the config of a run that came with umeta, and the weights that its learner ended with.

    Args:
        folder: Of the run.
        weights: The file of the weights.
    """
    import torch

    from umeta.learners.training import load_state

    run = FinishedRun.of(RunDirectory(folder), precomputed=True)
    if run is None:
        raise FileNotFoundError(f"{folder} comes with umeta and holds a finished run; install umeta again.")
    config, device = config_of(run), torch.device("cpu")
    return config, load_state(config.learner, weights, ITEM_SHAPE, config.task.n_way, device=device)
