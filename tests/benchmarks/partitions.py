"""k-means under random scalings, beside other libraries: `umeta bench partitions`.

The 22,000 items of Omniglot's meta_train (of glyphs where it is not at hand) by PCA-256, 500 clusters. A run's 100
partitions are clustered one after the other, each under a scaling of its own, so that three of them tell the ratio.
The figure of equality is by how much our mean inertia is above a peer's, as a share of it: it must not be above that of
any. scikit-learn's k-means++ takes minutes; it has a case of its own.
"""

from collections.abc import Callable
from functools import cache

import numpy as np
from sklearn.cluster import KMeans
from threadpoolctl import threadpool_limits

import umeta
from tests.benchmarks.peer_modules import peer_module
from tests.benchmarks.side_by_side import Case, Settings, measure, side_by_side
from umeta.cache import Home
from umeta.data import datasets_at_hand
from umeta.partitions.strategy import rescaled
from umeta.vectors import kmeans

N_CLUSTERS, DIM, N_PARTITIONS, FAISS_ITERATIONS = 500, 256, 3, 20

Inertia = Callable[[np.ndarray, int], float]
"""Clusters vectors by a seed and returns the sum of squared distances to the centroids."""


def main() -> None:
    """Measure and print, as JSON with `--json`."""
    packages = ("numpy", "scikit-learn", "faiss-cpu", "scikit-learn-intelex")
    measure("partitions", {"kmeans": all_peers, "plusplus": plus_plus}, packages=packages)


def all_peers(settings: Settings) -> Case:
    """Every peer but the slowest."""
    intel = peer_module("sklearnex.cluster").KMeans
    peers = {
        "scikit-learn:random": by_scikit_learn(KMeans, "random"),
        "faiss": by_faiss,
        "sklearnex:random": by_scikit_learn(intel, "random"),
        "sklearnex:k-means++": by_scikit_learn(intel, "k-means++"),
    }
    return beside(f"k-means, {N_PARTITIONS} partitions", N_PARTITIONS, peers, settings)


def plus_plus(settings: Settings) -> Case:
    """The slowest peer, on one partition."""
    peers = {"scikit-learn:k-means++": by_scikit_learn(KMeans, "k-means++")}
    return beside("k-means, 1 partition", 1, peers, settings)


def beside(name: str, n_partitions: int, peers: dict[str, Inertia], settings: Settings) -> Case:
    """Cluster some partitions by each."""
    scaled = scaled_vectors()[:n_partitions]

    def mean(one: Inertia) -> float:
        return float(np.mean([one(vectors, seed) for seed, vectors in enumerate(scaled)]))

    with threadpool_limits(settings.threads):
        return side_by_side(
            name,
            ours=lambda: mean(lambda vectors, seed: kmeans(vectors, N_CLUSTERS, seed=seed).inertia),
            peers={key: lambda one=one: mean(one) for key, one in peers.items()},
            at_most=0.0,
            difference=lambda ours, theirs: ours / theirs - 1,
            settings=settings,
        )


def by_scikit_learn(kind: type, init: str) -> Inertia:
    """Return scikit-learn's k-means, or what stands in for it, run to its convergence from one start."""
    return lambda vectors, seed: (
        kind(N_CLUSTERS, init=init, n_init=1, random_state=seed).fit(vectors).inertia_
    )


def by_faiss(vectors: np.ndarray, seed: int) -> float:
    """Cluster by faiss as its documentation does, but without sampling."""
    import faiss

    engine = faiss.Kmeans(
        DIM, N_CLUSTERS, niter=FAISS_ITERATIONS, seed=seed, max_points_per_centroid=len(vectors)
    )
    engine.train(vectors)
    return float(engine.index.search(vectors, 1)[0].sum())


@cache
def scaled_vectors() -> list[np.ndarray]:
    """Return the embedding of meta_train under the scaling of each partition."""
    here = {one.name for one in datasets_at_hand(Home.from_environment()) if one.available}
    data = umeta.load("omniglot" if "omniglot" in here else "glyphs")
    vectors = np.ascontiguousarray(umeta.embed(data, "pca", dim=DIM).vectors[data.meta_train])
    rng = np.random.default_rng(0)
    return [rescaled(vectors, number + 1, rng=rng) for number in range(N_PARTITIONS)]


if __name__ == "__main__":
    main()
