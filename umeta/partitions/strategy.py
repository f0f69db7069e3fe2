"""What a partition strategy is, and what the strategies share: common options and the loop over partitions."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Literal, Protocol, runtime_checkable

import numpy as np
from jaxtyping import Float32
from pydantic import Field

from umeta.partitions.partition import Partition
from umeta.stage import Fit, Method, OnStep, Step, ignore_step


@runtime_checkable
class PartitionStrategy(Protocol):
    """Makes P partitions of embedded items. It never sees labels."""

    page_options: ClassVar[frozenset[str]]
    tasks_of: ClassVar[Literal["clusters", "random labels", "true classes"]]

    @property
    def name(self) -> str:
        """The registered name."""
        ...

    @property
    def open_options(self) -> frozenset[str]:
        """The options that are None, left to a run."""
        ...

    def made_from(self) -> dict[str, Any]:
        """Return what identifies the product: options and code version."""
        ...

    def make_partitions(
        self, embeddings: Float32[np.ndarray, "n_items dim"], *, on_step: OnStep = ignore_step
    ) -> list[Partition]:
        """Return partitions of these items: int32 cluster ids `(n_items,)`, -1 for an item in no cluster.

        The same options and embeddings give the same partitions: all chance comes from the strategy's own seed.

        Raises:
            UserError: the items cannot be partitioned so; the message gives the values and the remedy.
        """
        ...


class StrategyOptions(Method):
    """The options of every built-in strategy."""

    code_version: ClassVar[int] = 2
    page_options: ClassVar[frozenset[str]] = frozenset({"n_partitions"})

    n_partitions: int = Field(default=1, ge=1)
    min_cluster_size: int | None = Field(default=None, ge=1)
    """Smaller clusters are dropped. None: what a task needs of one class, n_shot + n_query."""
    seed: int = 0
    """Of everything that a strategy draws, for all its partitions."""


class ClusteringOptions(StrategyOptions):
    """The options of strategies that are told how many clusters to make."""

    page_options: ClassVar[frozenset[str]] = frozenset({"n_clusters", "n_partitions", "scaling"})

    n_clusters: int | None = Field(default=None, ge=2)
    """None: one cluster per 40 items, at most 500."""
    scaling: bool = True
    """Multiply every dimension by Uniform(0, 1), anew for each partition but the first."""

    def unfit_options(self, n_items: int, item_shape: tuple[int, ...]) -> Mapping[str, Fit]:
        """Return a number of clusters that so many items bear, where they do not bear `n_clusters`."""
        return unfit_n_clusters(self.n_clusters, n_items)

    def n_clusters_of(self, n_items: int) -> int:
        """Return the number of clusters to make of so many items."""
        return self.n_clusters or default_n_clusters(n_items)


def unfit_n_clusters(n_clusters: int | None, n_items: int) -> Mapping[str, Fit]:
    """Return a number of clusters that so many items bear, two in each, where there are fewer items than clusters."""
    if n_clusters is None or n_clusters <= n_items:
        return {}
    return {"n_clusters": Fit(max(2, n_items // 2), f"there are {n_items:,} images to cluster")}


def default_n_clusters(n_items: int) -> int:
    """Return one cluster per 40 items, at least 2 and at most the paper's 500."""
    return min(500, max(2, n_items // 40))


def repeat_clustering(
    cluster: Callable[[Float32[np.ndarray, "n_items dim"], int, Callable[[int], None]], Partition],
    embeddings: Float32[np.ndarray, "n_items dim"],
    n_partitions: int,
    *,
    scaling: bool,
    rng: np.random.Generator,
    n_steps: int = 1,
    on_step: OnStep = ignore_step,
) -> list[Partition]:
    """Make partitions one after the other, each of the embeddings under a scaling of its own.

    Args:
        cluster: Makes one partition of the scaled embeddings; it gets the partition's number, and what to call with
            the steps that it has done.
        embeddings: The items' vectors.
        n_partitions: How many partitions to make.
        scaling: Whether all partitions but the first scale the dimensions at random.
        rng: Draws the scalings, between the draws of `cluster`.
        n_steps: Steps of one partition, for the progress.
        on_step: Told how far it is.
    """
    partitions, total = [], n_partitions * n_steps
    for number in range(n_partitions):

        def report(n_done: int, before: int = number * n_steps) -> None:
            on_step(Step("partition", before + n_done, total))

        report(0)
        scaled = rescaled(embeddings, number, rng=rng) if scaling else embeddings
        partitions.append(cluster(scaled, number, report))
    on_step(Step("partition", total, total))
    return partitions


def rescaled(
    embeddings: Float32[np.ndarray, "n_items dim"], number: int, *, rng: np.random.Generator
) -> Float32[np.ndarray, "n_items dim"]:
    """Return what partition `number` clusters: for number 0 the embedding itself.

    For the others every dimension is multiplied by a draw of Uniform(0, 1): another metric, and so other clusters,
    from the same encoder (Hsu et al., 2019, Algorithm 1). Nothing is standardised before or normalised after.
    """
    if number == 0:
        return embeddings
    return embeddings * rng.uniform(size=embeddings.shape[1]).astype(np.float32)
