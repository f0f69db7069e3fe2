"""A few tasks of a construction to look at, kept with its point: shown at once, without clustering anything."""

import numpy as np
from jaxtyping import Int

from umeta.plane.construction import Made
from umeta.randomness import Stream, numpy_generator
from umeta.tasks import TaskConfig

N_SHOWN = 6
SHAPE = TaskConfig(n_way=5, n_shot=1, n_query=3)


def shown_tasks(made: Made) -> Int[np.ndarray, "n_tasks n_way n_items"]:
    """Return the items of a few tasks, row by row, support first.

    The same tasks are drawn of true classes whatever their noise, which changes more and more of their images.
    """
    batch = made.source.sample(N_SHOWN, SHAPE, rng=numpy_generator(1, Stream.SAMPLE))
    return np.concatenate([batch.support, batch.query], axis=2)
