"""The tasks that a run trains on at each step, drawn again: they follow from its config and the step's number alone."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice

import numpy as np
import torch

from umeta.cache import Home
from umeta.data import Dataset
from umeta.encoders import Embedding
from umeta.learners.training import STEPS_AT_ONCE, tasks_of_steps
from umeta.partitions.oracle import Oracle
from umeta.runs import products
from umeta.runs.config import RunConfig
from umeta.runs.iterated import n_rounds
from umeta.runs.task_source import task_source
from umeta.stage import UserError
from umeta.tasks import PartitionSource, TaskBatch, TaskSource


@dataclass
class Episodes:
    """The training tasks of a run, by the numbers of its steps."""

    config: RunConfig
    source: TaskSource
    _drawn: dict[int, list[TaskBatch]] = field(default_factory=dict)
    """The steps that were drawn last, by the number of their block."""

    def at(self, step: int) -> TaskBatch:
        """Return the tasks of a step, counted from 1."""
        block, place = divmod(step - 1, STEPS_AT_ONCE)
        if block not in self._drawn:
            config = self.config
            steps = tasks_of_steps(
                self.source,
                config.task,
                config.learner.tasks_per_step,
                seed=config.seed,
                first_step=block * STEPS_AT_ONCE,
            )
            self._drawn = {block: list(islice(steps, STEPS_AT_ONCE))}
        return self._drawn[block][place]


def episodes_of(config: RunConfig, dataset: Dataset, home: Home, *, of_oracle: bool) -> Episodes:
    """Return the training tasks of a run, or of the oracle beside it, from what the run has stored.

    Raises:
        UserError: what they are made of is not stored, or changed in the course of the training.
    """
    if of_oracle:
        return Episodes(config, PartitionSource(dataset.truth("meta_train")))
    if n_rounds(config) > 1:
        raise UserError("the clusters changed from round to round, so its tasks are not drawn again here.")
    device = torch.device(config.device)

    def embedding() -> Embedding:
        if not home.has("embeddings", products.embedding_key(dataset, config.encoder, device)):
            raise UserError("the embedding of its images is no longer in the cache.")
        return products.embed(dataset, config.encoder, home, device=device)

    def partitions() -> Sequence[np.ndarray]:
        if isinstance(config.partition, Oracle):
            return dataset.truth("meta_train")
        embedded = embedding()
        if not home.has("partitions", products.partition_key(embedded, config.partition)):
            raise UserError("its clusters are no longer in the cache.")
        made = products.partition(dataset, embedded, config.partition, home)
        return [partition.clusters for partition in made]

    return Episodes(config, task_source(config, dataset, partitions, lambda: embedding().vectors))
