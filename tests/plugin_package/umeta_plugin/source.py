"""A task source that clusters nothing: each class of a task is one image, seen in random views."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np

from umeta.stage import Method
from umeta.tasks import TaskBatch, TaskConfig, Views


class SingleImages(Method):
    """N random images are the N classes of a task."""

    task_defaults: ClassVar[Mapping[str, int]] = {"n_shot": 1, "n_query": 3}

    name: Literal["single-images"] = "single-images"

    @property
    def label(self) -> str:
        """The first part of a learner's name in results, e.g. `SingleImages-MAML`."""
        return "SingleImages"

    def over(self, items: np.ndarray, partitions: Any = None) -> "ImageTasks":
        """Return the source of tasks over the items of a split; it asks for no partitions."""
        return ImageTasks(items)


@dataclass(frozen=True)
class ImageTasks:
    """Draws the images of each task."""

    items: np.ndarray

    def sample(self, n_tasks: int, config: TaskConfig, *, rng: np.random.Generator) -> TaskBatch:
        """Draw tasks as item numbers; the views make the images of a class differ."""
        chosen = np.stack([rng.choice(self.items, config.n_way, replace=False) for _ in range(n_tasks)])
        return TaskBatch(
            support=chosen[..., None].repeat(config.n_shot, axis=2),
            query=chosen[..., None].repeat(config.n_query, axis=2),
            origin=np.zeros(n_tasks, np.int64),
            clusters=chosen,
            views=Views("auto", 1.0, rng.integers(2**63, size=n_tasks)),
        )
