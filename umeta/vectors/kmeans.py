"""Lloyd's k-means with k-means++ seeding."""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float32, Int32

from umeta.large_arrays import blocks_of
from umeta.stage import UserError

MAX_ITERATIONS = 300
"""Lloyd steps at most; faiss stops earlier, when an iteration changes nothing."""


class KMeansResult(NamedTuple):
    """Centroids, each item's nearest centroid, and the sum of squared distances."""

    centroids: Float32[np.ndarray, "n_clusters dim"]
    clusters: Int32[np.ndarray, " n_items"]
    inertia: float


def kmeans(
    embeddings: Float32[np.ndarray, "n_items dim"],
    n_clusters: int,
    *,
    seed: int,
    spherical: bool = False,
    max_iterations: int = MAX_ITERATIONS,
) -> KMeansResult:
    """Cluster all the items given, without sampling; Euclidean.

    Of `spherical` k-means the items must have unit length; its centroids have too, so that an item's nearest
    centroid is the one of the smallest angle.

    Raises:
        UserError: more clusters than items, or an embedding with NaN or infinite values.
    """
    import faiss

    check_embeddings(embeddings)
    n_items, dim = embeddings.shape
    if n_clusters > n_items:
        raise UserError(
            f"n_clusters={n_clusters} is more than the {n_items} items to cluster; use {n_items // 2} or fewer."
        )
    engine = faiss.Kmeans(
        dim,
        n_clusters,
        niter=max_iterations,
        seed=seed % (2**31),
        init_method=faiss.ClusteringInitMethod_KMEANS_PLUS_PLUS,
        max_points_per_centroid=n_items,  # faiss would train on a sample otherwise
        min_points_per_centroid=1,
        spherical=spherical,
    )
    engine.train(np.ascontiguousarray(embeddings))
    faiss_scores, nearest = engine.index.search(embeddings, 1)
    distances = (
        2 - 2 * faiss_scores if spherical else faiss_scores
    )  # faiss gives the cosine of the smallest angle
    return KMeansResult(np.asarray(engine.centroids), nearest[:, 0].astype(np.int32), float(distances.sum()))


def check_embeddings(embeddings: Float32[np.ndarray, "n_items dim"]) -> None:
    """Refuse what cannot be clustered or compared.

    Raises:
        UserError: NaN or infinite values, or all items at one point.
    """
    broken = np.concatenate([~np.isfinite(embeddings[rows]).all(axis=1) for rows in blocks_of(embeddings)])
    if broken.any():
        raise UserError(
            f"{broken.sum()} of {len(embeddings)} embeddings hold NaN or infinite values, the first at item "
            f"{int(np.flatnonzero(broken)[0])}; leave these items out or mend the encoder."
        )
    if len(embeddings) > 1 and all(
        (embeddings[rows] == embeddings[0]).all() for rows in blocks_of(embeddings)
    ):
        raise UserError(
            f"all {len(embeddings)} embeddings are the same point; this encoder tells no items apart."
        )
