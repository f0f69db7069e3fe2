"""The next two steps of the API: partitions of an embedding, and a learner trained on tasks of their clusters."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import torch
from jaxtyping import Int32

from umeta.api.arguments import BUDGET, check_type, method_of
from umeta.api.embedding import Data, EmbeddedData
from umeta.cache import Home
from umeta.device import pick_device
from umeta.evaluation.method_id import MethodKind
from umeta.learners import LEARNERS, LearnerState, training
from umeta.partitions import PARTITIONS, Partition, PartitionStrategy
from umeta.partitions.oracle import Oracle
from umeta.runs import RunConfig, products
from umeta.runs.fitting import fit
from umeta.runs.iterated import n_rounds
from umeta.runs.learner_training import learner_id
from umeta.runs.task_source import task_source
from umeta.runs.trained_products import trained
from umeta.stage import Method, OnStep, UserError, build, ignore_step
from umeta.tasks import SOURCES


@dataclass(frozen=True, eq=False)
class PartitionedData:
    """An embedded data set and the strategy that partitions it, as `umeta.partition` returns it.

    Clusters too small for a learner's training tasks are dropped. So the partitions are made when a learner is trained
    on them, or when `partitions` or `clusters` is first read, then for tasks of 1 shot and 15 queries.
    """

    embedded: EmbeddedData
    strategy: PartitionStrategy | Oracle

    @property
    def data(self) -> Data:
        """The data set."""
        return self.embedded.data

    @property
    def sections(self) -> dict[str, Any]:
        """The sections of a run's config that the steps so far decide."""
        return {**self.embedded.sections, "partition": self.strategy}

    @cached_property
    def partitions(self) -> Sequence[Partition]:
        """The partitions of the meta_train items."""
        return self.made_for(_resolved(self.data, self.sections))

    @property
    def clusters(self) -> Int32[np.ndarray, "n_partitions n_items"]:
        """Each item's cluster in each partition; -1 for none, and for items outside meta_train."""
        return np.stack([partition.clusters for partition in self.partitions])

    def made_for(self, config: RunConfig, *, on_step: OnStep = ignore_step) -> Sequence[Partition]:
        """Return the partitions for the training tasks of a run's config."""
        home, embedding = Home.from_environment(), self.embedded.embedding
        return products.partition(self.data.dataset, embedding, config.partition, home, on_step=on_step)


@dataclass(frozen=True, eq=False)
class TrainedLearner:
    """A meta-trained learner, as `umeta.train` returns it."""

    data: Data
    config: RunConfig
    """Every option that it was trained with, the defaults filled in."""
    state: LearnerState = field(repr=False)
    """Its weights."""


def partition(embedding: EmbeddedData, strategy: str | Method, **options: Any) -> PartitionedData:
    """Choose how the items of meta_train are partitioned into clusters, the pseudo-classes of training tasks.

    Args:
        embedding: What `embed` returned.
        strategy: A name such as `kmeans`, or a strategy of your own; `random` and `oracle` (the true classes) are the
            controls.
        options: Options of the strategy, such as `n_clusters` and `n_partitions`.

    Raises:
        UserError: an unknown strategy or option.
    """
    check_type("partition", embedding, EmbeddedData, "umeta.embed(…)")
    return PartitionedData(embedding, method_of(PARTITIONS, strategy, options))


def train(
    partitions: PartitionedData | Data,
    learner: str | Method,
    *,
    n_way: int | None = None,
    n_shot: int | None = None,
    n_query: int | None = None,
    min_way: int | None = None,
    source: str | Mapping[str, Any] = "partition",
    seed: int = 0,
    on_step: OnStep = ignore_step,
    **options: Any,
) -> TrainedLearner:
    """Meta-train a learner on tasks of clusters. A learner that was trained with these options before is found again.

    Args:
        partitions: What `partition` returned; for a source that needs no clusters, what `load` returned.
        learner: A name such as `protonets` or `maml`; or a learner of your own.
        n_way: Classes of a training task. Without this and the next two, the learner's own defaults.
        n_shot: Support images of each class.
        n_query: Query images of each class.
        min_way: The fewest classes of a task, where their number varies up to `n_way`; for learners without a head.
        source: Where tasks come from: `partition`; or `umtra` or `protoclr`, whose classes are single images. With
            options it is a mapping, e.g. `{"name": "partition", "noise": 0.2}`.
        seed: The seed of the first weights and of the tasks.
        on_step: Receives each progress event, with the loss and accuracy of each step.
        options: Options of the learner, such as `iterations`.

    Raises:
        UserError: an unknown learner or option, or no such tasks can be drawn.
    """
    check_type("train", partitions, (PartitionedData, Data), "umeta.partition(…)")
    data = partitions if isinstance(partitions, Data) else partitions.data
    task = {"n_way": n_way, "n_shot": n_shot, "n_query": n_query, "min_way": min_way}
    sections = {
        **partitions.sections,
        "source": SOURCES.parse(source, BUDGET),
        "learner": method_of(LEARNERS, learner, options),
        "task": {key: count for key, count in task.items() if count is not None},
        "seed": seed,
    }
    config = _resolved(data, sections)
    if (rounds := n_rounds(config)) > 1:
        raise UserError(
            f"source.rounds={rounds} is for runs, which keep what each round clusters; use umeta run."
        )
    return TrainedLearner(data, config, _trained_state(partitions, data, config, on_step))


def _trained_state(
    partitions: PartitionedData | Data, data: Data, config: RunConfig, on_step: OnStep
) -> LearnerState:
    """Return the weights of a run's learner, found or trained now."""
    device = torch.device(config.device)
    on_true_classes = learner_id(config).kind is MethodKind.ORACLE

    def clusters() -> Sequence[np.ndarray]:
        if isinstance(partitions, Data):
            raise UserError(
                f"source={config.source.name} draws tasks from clusters, and umeta.train got images without clusters. "
                "Give it umeta.partition(umeta.embed(data, …), …), or a source that needs none, such as source='umtra'."
            )
        if on_true_classes:  # they may be thousands, made when they are drawn
            return data.dataset.truth("meta_train")
        return [partition.clusters for partition in partitions.made_for(config, on_step=on_step)]

    def vectors() -> np.ndarray:  # a source asks for them after the partitions
        assert isinstance(partitions, PartitionedData)
        return partitions.embedded.embedding.vectors

    def fit() -> LearnerState:
        tasks = task_source(config, data.dataset, clusters, vectors)
        learner, images = config.learner, data.images
        return training.train(
            learner, tasks, config.task, images, seed=config.seed, device=device, on_step=on_step
        )

    home = Home.from_environment()
    return trained(data.dataset, config, home, true_classes=on_true_classes, device=device, train=fit)


def _resolved(data: Data, sections: Mapping[str, Any]) -> RunConfig:
    """Return the config of a run of these sections, with all defaults filled in."""
    config = build(RunConfig, {"budget": BUDGET, "baselines": (), **sections}, where="")
    return fit(config.model_copy(update={"device": pick_device("auto").type}), data.dataset)
