"""Partitions by random hyperplanes: the cells between a few planes are the clusters, with a margin left empty.

Reference: Hsu, Levine, Finn, "Unsupervised Learning via Meta-Learning", ICLR 2019 (the hyperplanes ablation), and the
authors' code.
"""

from collections.abc import Callable
from math import ceil, log2
from typing import ClassVar, Literal

import numpy as np
from jaxtyping import Float, Float32, Int8, Int32
from pydantic import Field, model_validator

from umeta.partitions.partition import OUTSIDE, Partition, drop_small
from umeta.partitions.strategy import StrategyOptions, repeat_clustering
from umeta.randomness import Stream, numpy_generator
from umeta.stage import OnStep, Step, UserError, ignore_step
from umeta.vectors.kmeans import check_embeddings

DEFAULT_WAY = 5
SIDE = 10
"""A plane is of use if each of its sides holds this many times min_cluster_size items."""
SPREAD = 0.8
"""How far from the middle a point on a plane may lie, in each dimension."""
BATCH = 100
"""Planes looked at together; bounds memory."""
DRAWS_PER_PLANE = 10
"""Planes drawn at most for each plane of the pool."""


class Hyperplanes(StrategyOptions):
    """Every partition takes a few planes of one pool; items nearer than the margin to any of them are in no cluster.

    The paper's planes go through a point of the cube [-0.8, 0.8]^dim. That suits embeddings around the origin with
    a spread of about one in each dimension; others it leaves on one side. By default that cube is therefore taken in
    units of the embedding: its mean ± 0.8 of its standard deviation in each dimension, which is the paper's own
    for an embedding of mean 0 and deviation 1.
    """

    page_options: ClassVar[frozenset[str]] = frozenset({"margin", "n_partitions"})

    name: Literal["hyperplanes"] = "hyperplanes"
    margin: float = Field(default=0.0, ge=0, allow_inf_nan=False)
    """Distance to a plane below which an item is left out, in units of the embedding (the paper: 0; 1.2 for ACAI)."""
    n_planes: int | None = Field(default=None, ge=1, le=16)
    """Planes of one partition, which make 2^n_planes cells. None: ceil(log2 n_way)."""
    n_way: int | None = Field(default=None, ge=2, le=2**16)
    """Cells large enough that a partition must have. None: the task's n_way; 5 where there is no task."""
    through: Literal["data", "cube", "origin"] = "data"
    """A point of each plane: within the data's spread, in the paper's cube, or the origin (the paper's DeepCluster)."""
    n_pool: int = Field(default=1000, ge=16)
    """Useful planes to choose from; fewer where ten times as many draws do not give them."""
    max_retries: int = Field(default=200, ge=0)
    """How often a partition's planes are drawn again while fewer than n_way cells are large enough."""

    @model_validator(mode="after")
    def _enough_cells(self) -> "Hyperplanes":
        self._count_planes()
        return self

    def make_partitions(
        self, embeddings: Float32[np.ndarray, "n_items dim"], *, on_step: OnStep = ignore_step
    ) -> list[Partition]:
        """Return partitions of int32 cluster ids `(n_items,)`, -1 near a plane and in cells that are too small.

        No two planes of one partition are the same.

        Raises:
            UserError: no plane, or no choice of planes, leaves enough items beyond the margin.
        """
        check_embeddings(embeddings)
        n_planes = self._count_planes()  # again: n_way may have been filled in since
        rng = numpy_generator(self.seed, Stream.PARTITION)
        on_step(Step("partition", 0, self.n_partitions))
        pool = self._pool(embeddings, n_planes, rng=rng)

        def cluster(_: np.ndarray, number: int, report: Callable[[int], None]) -> Partition:
            return self._choose(pool, n_planes, number, rng)

        return repeat_clustering(
            cluster, embeddings, self.n_partitions, scaling=False, rng=rng, on_step=on_step
        )

    @property
    def _min_size(self) -> int:
        return self.min_cluster_size or 1

    def _count_planes(self) -> int:
        n_way = self.n_way or DEFAULT_WAY
        if self.n_planes is None:
            return ceil(log2(n_way))
        if self.n_way is not None and 2**self.n_planes < n_way:
            raise UserError(
                f"partition.n_planes={self.n_planes} makes {2**self.n_planes} cells, fewer than n_way={n_way}; "
                f"raise partition.n_planes to {ceil(log2(n_way))} or leave it out."
            )
        return self.n_planes

    def _pool(
        self, embeddings: Float32[np.ndarray, "n_items dim"], n_planes: int, *, rng: np.random.Generator
    ) -> Int8[np.ndarray, "n_pool n_items"]:
        """Return on which side of each useful plane every item lies, 0 for the margin."""
        needed = SIDE * self._min_size
        kept, n_kept, n_drawn, beyond = [], 0, 0, 0.0
        while n_kept < self.n_pool and n_drawn < DRAWS_PER_PLANE * self.n_pool:
            side = sides(self._planes(embeddings, rng=rng), self.margin)
            useful = np.minimum((side > 0).sum(axis=1), (side < 0).sum(axis=1)) >= needed
            kept.append(side[useful])
            n_kept += int(useful.sum())
            n_drawn += BATCH
            beyond += float((side != 0).mean())
            if n_kept == 0 and n_drawn >= self.n_pool:
                break  # the tenfold number of draws would not find enough either
        if n_kept < n_planes:
            share = beyond / (n_drawn // BATCH)
            raise UserError(
                self._no_planes(self._planes(embeddings, rng=rng), needed, n_kept, n_drawn, share)
            )
        return np.concatenate(kept)[: self.n_pool]

    def _planes(
        self, embeddings: Float32[np.ndarray, "n_items dim"], *, rng: np.random.Generator
    ) -> Float32[np.ndarray, "n_planes n_items"]:
        """Draw a batch of planes and return the signed distance of every item to each."""
        dim = embeddings.shape[1]
        normals = rng.uniform(-1, 1, (BATCH, dim))
        normals /= np.linalg.norm(normals, axis=1, keepdims=True)
        points = rng.uniform(-SPREAD, SPREAD, (BATCH, dim))
        if self.through == "data":
            spread = embeddings.std(axis=0, dtype=np.float64)
            points = embeddings.mean(axis=0, dtype=np.float64) + points * spread
        elif self.through == "origin":
            points[:] = 0
        offsets = (normals * points).sum(axis=1, keepdims=True)
        return normals.astype(np.float32) @ embeddings.T - offsets.astype(np.float32)

    def _choose(
        self, pool: Int8[np.ndarray, "n_pool n_items"], n_planes: int, number: int, rng: np.random.Generator
    ) -> Partition:
        """Draw planes until enough cells are large enough, at most `max_retries` times again."""
        n_way = self.n_way or min(DEFAULT_WAY, 2**n_planes)
        most, share = 0, 0.0
        for retries in range(self.max_retries + 1):
            clusters = cells(pool[rng.choice(len(pool), n_planes, replace=False)])
            inside = clusters[clusters != OUTSIDE]
            large = int((np.bincount(inside, minlength=1) >= self._min_size).sum())
            if large >= n_way:
                return Partition(drop_small(clusters, self._min_size), n_made=2**n_planes, retries=retries)
            most, share = max(most, large), max(share, len(inside) / len(clusters))
        remedy = "Lower partition.margin, n_way" if self.margin else "Lower n_way"
        raise UserError(
            f"partition {number}: none of {self.max_retries + 1} draws of {n_planes} planes with "
            f"partition.margin={self.margin:g} gave n_way={n_way} cells of {self._min_size} items (n_shot + n_query); "
            f"the best gave {most}, and at most {share:.0%} of the {pool.shape[1]} items lay beyond the margins. "
            f"{remedy} or n_query, or raise partition.max_retries."
        )

    def _no_planes(self, distances: np.ndarray, needed: int, n_kept: int, n_drawn: int, share: float) -> str:
        """Explain why the pool is too small: too few items, planes beside the data, or a wide margin."""
        n_items = distances.shape[1]
        required = f"{needed} items ({SIDE} × (n_shot + n_query)) on each side"
        kept_planes = f"{n_kept} of {n_drawn} random planes have {required}"
        if n_items < 2 * needed:
            return (
                f"{kept_planes}: there are {n_items} items in all. Lower task.n_shot or task.n_query, or use more "
                "images."
            )
        reach = float(np.median(widest_margins(distances, needed)))
        if reach <= 0:
            return (
                f"{kept_planes}: with partition.through={self.through} most planes pass beside the data. "
                "Use partition.through=data."
            )
        return (
            f"{kept_planes} beyond partition.margin={self.margin:g}; on average {share:.1%} of the {n_items} items lie "
            f"beyond it. Lower partition.margin: half of the planes allow {reach:.2g}."
        )


def sides(
    distances: Float[np.ndarray, "n_planes n_items"], margin: float
) -> Int8[np.ndarray, "n_planes n_items"]:
    """Return 1 above a plane, -1 below it and 0 nearer than the margin; a plane itself belongs to its upper side."""
    above = distances >= margin
    return above.astype(np.int8) - ((distances <= -margin) & ~above)


def cells(side: Int8[np.ndarray, "n_planes n_items"]) -> Int32[np.ndarray, " n_items"]:
    """Number the cells between planes: bit i of an item's cell says that it lies above plane i."""
    cell = np.zeros(side.shape[1], np.int32)
    for i, row in enumerate(side):
        cell |= (row > 0).astype(np.int32) << i
    return np.where((side == 0).any(axis=0), OUTSIDE, cell).astype(np.int32)


def widest_margins(
    distances: Float[np.ndarray, "n_planes n_items"], needed: int
) -> Float[np.ndarray, " n_planes"]:
    """Return each plane's largest margin that leaves `needed` items on both sides; negative where none does."""
    n_items = distances.shape[1]
    ordered = np.partition(distances, (needed - 1, n_items - needed), axis=1)
    return np.minimum(-ordered[:, needed - 1], ordered[:, n_items - needed])
