"""Partitions by balanced k-means: clusters of equal size, so that no item is dropped and no cluster is huge.

The assignment step, nearest centroid under capacities, is a transportation problem; it is solved by an auction in
which items bid for places. 22,000 × 64 items into 500 clusters take 6 seconds on one core, and 18 where half of
the items are one point. Both are read from the papers:

Bradley, Bennett, Demiriz, "Constrained K-Means Clustering", Microsoft Research MSR-TR-2000-65, 2000.
Bertsekas, Castañon, "The Auction Algorithm for the Transportation Problem", Annals of Operations Research 1989.
"""

from collections.abc import Callable
from functools import partial
from typing import Literal

import numpy as np
from jaxtyping import Float32, Float64, Int, Int32
from pydantic import Field

from umeta.partitions.kmeans import default_n_clusters
from umeta.partitions.partition import Partition, rescaled
from umeta.stage import Method, OnStep, Step, UserError, ignore_step
from umeta.vectors import kmeans
from umeta.vectors.kmeans import check_embeddings

MAX_STEPS = 20
ENOUGH = 1e-3
"""Stop when a step lowers the sum of squared distances by less than this share."""
FINE = 0.1
"""Least raise of a bid, as a share of the mean gap between an item's two nearest centroids. The assignment's cost is
within n_items raises of the least possible; 0.1 keeps Omniglot within 0.01%."""
COARSER = 6.0
"""A first auction starts with raises near the largest cost and makes them smaller by this factor (ε-scaling)."""
BLOCK = 4096
"""Items that bid at once; bounds memory."""
PATIENCE = (2000, 10)
"""Rounds, and bids per item, after which the raise is doubled: a long price war ends."""


class BalancedKMeans(Method):
    """k-means whose clusters differ by at most one item; partitions after the first scale the embedding."""

    name: Literal["balanced"] = "balanced"
    n_clusters: int | None = Field(default=None, ge=2)
    """None: one cluster per 40 items, at most 500."""
    n_partitions: int = Field(default=1, ge=1)
    scaling: bool = True
    """Multiply every dimension by Uniform(0, 1), anew for each partition but the first."""
    min_cluster_size: int | None = Field(default=None, ge=1)
    """Every cluster holds so many. None: what a task needs of one class, n_shot + n_query."""
    seed: int = 0

    def fit(
        self,
        embeddings: Float32[np.ndarray, "n_items dim"],
        *,
        rng: np.random.Generator,
        on_step: OnStep = ignore_step,
    ) -> list[Partition]:
        """Return the partitions."""
        check_embeddings(embeddings)
        n_items, least = len(embeddings), self.min_cluster_size or 1
        n_clusters = self.n_clusters or default_n_clusters(n_items)
        if n_items // n_clusters < least:
            raise UserError(
                f"partition.n_clusters={n_clusters} equal clusters of {n_items} items hold {n_items // n_clusters} "
                f"each, but each must hold {least} (n_shot + n_query); lower partition.n_clusters to "
                f"{max(2, n_items // least)} or fewer."
            )
        partitions, total = [], self.n_partitions * MAX_STEPS
        for number in range(self.n_partitions):
            report = partial(_report, on_step, number * MAX_STEPS, total)
            report(0)
            scaled = rescaled(embeddings, number, scaling=self.scaling, rng=rng)
            clusters = balanced_kmeans(scaled, n_clusters, seed=int(rng.integers(2**31)), on_round=report)
            partitions.append(Partition(clusters, n_made=n_clusters))
        on_step(Step("partition", total, total))
        return partitions


def _report(on_step: OnStep, before: int, total: int, done: int) -> None:
    on_step(Step("partition", before + done, total))


def balanced_kmeans(
    embeddings: Float32[np.ndarray, "n_items dim"],
    n_clusters: int,
    *,
    seed: int,
    on_round: Callable[[int], None] = lambda done: None,
) -> Int32[np.ndarray, " n_items"]:
    """Return each item's cluster, the sizes within one of each other; starts from k-means."""
    start = kmeans(embeddings, n_clusters, seed=seed)
    middle = embeddings.mean(axis=0)  # far from the origin, float32 would lose the distances
    embeddings, centroids = embeddings - middle, start.centroids - middle
    alike = _alike(embeddings)
    prices = None
    capacities = np.full(n_clusters, len(embeddings) // n_clusters)
    crowded = np.argsort(-np.bincount(start.clusters, minlength=n_clusters), kind="stable")
    capacities[crowded[: len(embeddings) % n_clusters]] += 1
    best, least = start.clusters, np.inf
    for done in range(MAX_STEPS):
        on_round(done)
        costs = _squared_distances(embeddings, centroids)
        clusters, prices = auction(costs, capacities, prices, alike=alike)
        order = np.argsort(clusters, kind="stable")
        starts = np.cumsum(capacities) - capacities
        sums = np.add.reduceat(embeddings[order], starts, axis=0)
        centroids = sums / capacities[:, None].astype(np.float32)
        inertia = float(((embeddings - centroids[clusters]) ** 2).sum(dtype=np.float64))
        enough = inertia > (1 - ENOUGH) * least
        if inertia < least:
            best, least = clusters, inertia
        if enough:
            break
    return best


def auction(
    costs: Float32[np.ndarray, "n_items n_clusters"],
    capacities: Int[np.ndarray, " n_clusters"],
    prices: Float64[np.ndarray, " n_clusters"] | None = None,
    *,
    share: float = FINE,
    alike: Int[np.ndarray, " n_items"] | None = None,
) -> tuple[Int32[np.ndarray, " n_items"], Float64[np.ndarray, " n_clusters"]]:
    """Give every item a place at nearly the least total cost; the capacities must add up to the items.

    Items without a place bid for the cluster of least cost + price, so much that their second choice would serve
    them as well; a full cluster keeps its highest bidders, and its price is the lowest bid kept. Bids only rise, so
    it ends. Prices from a similar auction save the coarse rounds. Returns each item's cluster, and the prices.

    Items of one number in `alike` have equal costs. They would all bid for the same cluster, fill it, and raise its
    price by the least raise, again and again; so as many of them as fill it bid for each of the best clusters.
    """
    alike = np.arange(len(costs)) if alike is None else alike
    finest = _least_raise(costs, share)
    if prices is None:
        prices, raise_ = np.zeros(len(capacities)), float(np.ptp(costs)) / 4
        while raise_ > finest:
            prices = _bid(costs, capacities, prices, raise_, alike)[1]
            raise_ /= COARSER
    return _bid(costs, capacities, prices, finest, alike)


def _bid(
    costs: np.ndarray, capacities: np.ndarray, prices: np.ndarray, raise_: float, alike: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Hold one auction with a least raise of bids."""
    prices = prices - prices.min()
    owner = np.full(len(costs), -1, np.int32)
    bids = np.zeros(len(costs))
    waiting = np.arange(len(costs))
    rounds = n_bids = 0
    while len(waiting):
        bidders, waiting = waiting[:BLOCK], waiting[BLOCK:]
        offers = costs[bidders] + prices  # (bidders, n_clusters)
        wanted = offers.argmin(axis=1)
        row = np.arange(len(bidders))
        first = offers[row, wanted]
        offers[row, wanted] = np.inf
        second = offers.min(axis=1)
        for crowd in _crowds(alike[bidders], wanted, capacities):
            _spread(crowd, costs[bidders[crowd[0]]] + prices, capacities, wanted, first, second)
        owner[bidders], bids[bidders] = wanted, prices[wanted] + second - first + raise_
        waiting = np.concatenate([waiting, _turned_away(owner, bids, capacities, prices, wanted)])
        rounds, n_bids = rounds + 1, n_bids + len(bidders)
        if rounds > PATIENCE[0] or n_bids > PATIENCE[1] * len(costs):
            raise_, rounds, n_bids = 2 * raise_, 0, 0
    return owner, prices


def _crowds(alike: np.ndarray, wanted: np.ndarray, capacities: np.ndarray) -> list[np.ndarray]:
    """Return the bidders of each group of alike ones that is larger than the cluster that they want."""
    large = np.flatnonzero(np.bincount(alike) > capacities.min())
    groups = [np.flatnonzero(alike == number) for number in large]
    return [group for group in groups if len(group) > capacities[wanted[group[0]]]]


def _spread(
    crowd: np.ndarray,
    offers: np.ndarray,
    capacities: np.ndarray,
    wanted: np.ndarray,
    first: np.ndarray,
    second: np.ndarray,
) -> None:
    """Let alike bidders want the best clusters that hold them all, and pay up to the offer of the last of these."""
    order = np.argsort(offers, kind="stable")
    place = np.searchsorted(np.cumsum(capacities[order]), np.arange(len(crowd)), side="right")
    last = place[-1]
    wanted[crowd], first[crowd] = order[place], offers[order[place]]
    beyond = offers[order[min(last + 1, len(order) - 1)]]
    second[crowd] = np.where(place == last, beyond, offers[order[last]])


def _turned_away(
    owner: np.ndarray, bids: np.ndarray, capacities: np.ndarray, prices: np.ndarray, wanted: np.ndarray
) -> np.ndarray:
    """Let the wanted clusters keep their highest bidders: update owners and prices, return who lost the place."""
    judged = np.zeros(len(prices) + 1, bool)  # the last entry stands for items without a place
    judged[wanted] = True
    members = np.flatnonzero(judged[owner])
    members = members[np.lexsort((-bids[members], owner[members]))]
    cluster = owner[members]
    rank = np.arange(len(members)) - np.searchsorted(cluster, cluster)
    last = members[rank == capacities[cluster] - 1]
    prices[owner[last]] = bids[last]
    away = members[rank >= capacities[cluster]]
    owner[away] = -1
    return away


def _alike(embeddings: np.ndarray) -> Int[np.ndarray, " n_items"]:
    """Number the distinct points and return each item's number."""
    rows = np.ascontiguousarray(embeddings)
    return np.unique(rows.view(f"V{rows.strides[0]}")[:, 0], return_inverse=True)[1]


def _least_raise(costs: np.ndarray, share: float) -> float:
    two = np.partition(costs[:: max(1, len(costs) // 2000)], 1, axis=1)[:, :2]
    gap = float((two[:, 1] - two[:, 0]).mean(dtype=np.float64))
    return max(share * gap, 1e-4 * float(costs.mean(dtype=np.float64)))  # duplicates have no gap


def _squared_distances(
    embeddings: np.ndarray, centroids: np.ndarray
) -> Float32[np.ndarray, "n_items n_clusters"]:
    lengths = (embeddings**2).sum(axis=1)[:, None] + (centroids**2).sum(axis=1)
    return np.maximum(lengths - 2 * embeddings @ centroids.T, 0)
