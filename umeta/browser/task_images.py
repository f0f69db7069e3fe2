"""The pictures of one task, which of a task of views are views that only it shows."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Int, UInt8

from umeta.data import Dataset
from umeta.tasks import TaskBatch


@dataclass(frozen=True, eq=False)
class TaskImages:
    """The pictures of one task: of an augmented one they are views that only it shows."""

    images: UInt8[np.ndarray, "n_images channels height width"]
    support: Int[np.ndarray, "n_way n_shot"]
    """Places in `images`."""
    query: Int[np.ndarray, "n_way n_query"]

    @classmethod
    def of(cls, dataset: Dataset, batch: TaskBatch) -> "TaskImages":
        """Return the pictures of the first task of a batch."""
        images = dataset.images.images
        views = batch[:1].views
        if views is None:
            return cls(images, batch.support[0], batch.query[0])
        import torch

        from umeta.tasks.views import with_views

        pixels = [torch.from_numpy(np.array(images[items[:1]])) for items in (batch.support, batch.query)]
        augmented = torch.cat(with_views(pixels[0], pixels[1], views), dim=2)[0]  # (n_way, K + Q, ...)
        n_shot = batch.support.shape[2]
        places = np.arange(augmented.shape[0] * augmented.shape[1]).reshape(augmented.shape[:2])
        return cls(augmented.flatten(0, 1).numpy(), places[:, :n_shot], places[:, n_shot:])
