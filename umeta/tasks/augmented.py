"""Tasks without clusters: each class is one item, and its other images are random views of that item."""

from collections.abc import Mapping
from typing import Any, Literal

import numpy as np
from jaxtyping import Int
from pydantic import Field

from umeta.stage import Method, UserError
from umeta.tasks.task import TaskBatch, TaskConfig, Views


class AugmentedTasks(Method):
    """N random items are N classes; the first image of each is the item itself, all others are augmented.

    UMTRA trains MAML on such tasks of few ways, ProtoCLR trains ProtoNets on tasks of fifty. Two of the N items may
    be of one true class: `all_different` says how likely that is not so.

    Reference: Khodadadeh, Bölöni, Shah, "Unsupervised Meta-Learning for Few-Shot Image Classification" (UMTRA),
    NeurIPS 2019; Medina, Devos, Grossglauser, "Self-Supervised Prototypical Transfer Learning for Few-Shot
    Classification" (ProtoCLR), 2020. Both with their own augmentations; here with those of the data set's kind.
    """

    name: Literal["umtra", "protoclr"] = "umtra"
    policy: Literal["auto", "glyphs", "photographs"] = (
        "auto"  # augmentation's PolicyName, which would import torch
    )
    strength: float = Field(default=1.0, ge=0)

    @property
    def label(self) -> str:
        """How learners trained on such tasks are called in results, e.g. `UMTRA` in `UMTRA-MAML`."""
        return {"umtra": "UMTRA", "protoclr": "ProtoCLR"}[self.name]

    @property
    def task_defaults(self) -> Mapping[str, int]:
        """The shape of the training task where the run's config does not give it."""
        if self.name == "umtra":
            return {"n_shot": 1, "n_query": 1}
        return {"n_way": 50, "n_shot": 1, "n_query": 3}

    def over(self, items: Int[np.ndarray, " n_split_items"], partitions: Any = None) -> "AugmentedSource":
        """Return the source of tasks over the items of a split; no partition is asked for."""
        return AugmentedSource(items, self.policy, self.strength)


class AugmentedSource:
    """Draws the items of each task uniformly, without replacement within the task."""

    def __init__(self, items: Int[np.ndarray, " n_split_items"], policy: str = "auto", strength: float = 1.0):
        self._items = items
        self._policy = policy
        self._strength = strength

    def sample(self, n_tasks: int, config: TaskConfig, *, rng: np.random.Generator) -> TaskBatch:
        """Draw tasks; a row repeats its item's number, and the batch's `views` make its images differ.

        Raises:
            UserError: fewer items than ways.
        """
        if config.n_way > len(self._items):
            raise UserError(
                f"n_way={config.n_way} needs that many items, each a class of its own; there are "
                f"{len(self._items)}. Lower n_way."
            )
        chosen = np.stack([rng.choice(len(self._items), config.n_way, replace=False) for _ in range(n_tasks)])
        items = self._items[chosen].astype(np.int64)
        seeds = rng.integers(2**63, size=n_tasks)
        return TaskBatch(
            support=items[..., None].repeat(config.n_shot, axis=2),
            query=items[..., None].repeat(config.n_query, axis=2),
            origin=np.zeros(n_tasks, np.int64),
            clusters=items,
            views=Views(self._policy, self._strength, seeds),
        )


def all_different(class_sizes: Int[np.ndarray, " n_classes"], n_way: int) -> float:
    """Return the probability that N random items are of N different true classes.

    Exact for classes of any sizes; for C classes of m items each it is UMTRA's formula
    C! · mᴺ · (C·m − N)! / ((C − N)! · (C·m)!), which for large m is the product of (C − i) / C.
    """
    n_items = int(class_sizes.sum())
    ways = np.zeros(
        n_way + 1
    )  # of choosing j items of j different classes, in any order, as a share of n_items^j
    ways[0] = 1
    for size in class_sizes / n_items:
        ways[1:] += ways[:-1] * size * np.arange(1, n_way + 1)
    falling = (n_items - np.arange(n_way)) / n_items  # of choosing any j items one after the other
    return float(ways[n_way] / falling.prod()) if (falling > 0).all() else 0.0
