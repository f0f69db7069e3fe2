"""Tasks whose classes mix the members of a cluster with augmented views of them."""

from dataclasses import dataclass

import numpy as np

from umeta.tasks.source import TaskSource, distinct, quick_numbers
from umeta.tasks.task import TaskBatch, TaskConfig, Views


@dataclass(frozen=True, eq=False)
class MixedViews:
    """Replaces a share of each class's images beside the first by random views of the others.

    With a share of 1 a class is one image and its views, as in UMTRA, but no two classes of a task are of one cluster.
    A view is of its class for certain, whatever the cluster's noise.
    """

    source: TaskSource
    """Draws the members that are left."""
    share: float
    """Of the images of a class beside its first, from 0 to 1."""

    def sample(self, n_tasks: int, config: TaskConfig, *, rng: np.random.Generator) -> TaskBatch:
        """Draw tasks; views repeat the number of the member that they are of.

        Raises:
            UserError: no partition has n_way clusters of as many items as are left.
        """
        n_images = config.items_per_class
        n_views = round(self.share * (n_images - 1))
        n_members = n_images - n_views
        drawn = self.source.sample(n_tasks, config.with_defaults(n_shot=1, n_query=n_members - 1), rng=rng)
        members = np.concatenate([drawn.support, drawn.query], axis=2)
        others = np.full((n_tasks, config.n_way), n_images - 1)
        places = 1 + distinct(others, n_views, lambda limits: quick_numbers(limits, rng=rng))
        is_view = np.zeros((n_tasks, config.n_way, n_images), bool)
        np.put_along_axis(is_view, np.moveaxis(places, 0, -1), True, axis=2)
        shown = rng.integers(n_members, size=(n_tasks, config.n_way, n_views))
        items = np.empty((n_tasks, config.n_way, n_images), np.int64)
        items[~is_view] = members.ravel()
        items[is_view] = np.take_along_axis(members, shown, axis=2).ravel()
        return TaskBatch(
            support=items[..., : config.n_shot],
            query=items[..., config.n_shot :],
            origin=drawn.origin,
            clusters=drawn.clusters,
            views=Views("auto", 1.0, rng.integers(2**63, size=n_tasks), is_view),
        )
