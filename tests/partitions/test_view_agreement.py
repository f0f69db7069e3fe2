import numpy as np
import pytest

from umeta.partitions.view_agreement import view_agreement

VECTORS = np.array([[0, 0], [2, 0], [10, 0], [12, 0], [50, 0]], np.float32)
CLUSTERS = np.array([0, 0, 1, 1, -1], np.int32)


def test_a_view_agrees_where_the_mean_of_its_images_cluster_is_nearest():
    items = np.array([0, 1, 2, 3])
    views = np.array([[1, 5], [7, 0], [9, 0], [0, 0]], np.float32)  # means are at 1 and 11
    assert view_agreement(VECTORS, CLUSTERS, items, views) == 0.5


def test_images_in_no_cluster_say_nothing():
    items = np.array([0, 4])
    assert view_agreement(VECTORS, CLUSTERS, items, VECTORS[items]) == 1
    assert np.isnan(view_agreement(VECTORS, CLUSTERS, items[1:], VECTORS[items[1:]]))


@pytest.mark.parametrize("spread", [0.5, 1.0])
def test_fewer_clusters_agree_more_often_though_their_pairs_match_less(spread):
    """The trap: 32 classes around 32 points, in 4 and in 32 clusters."""
    rng = np.random.default_rng(0)
    classes = np.repeat(np.arange(32), 20)
    centres = 2.0 * np.arange(32, dtype=np.float32)[:, None]
    vectors = (centres[classes] + rng.normal(0, spread, (640, 1))).astype(np.float32)
    views = (vectors + rng.normal(0, spread, vectors.shape)).astype(np.float32)
    agreement, precision = [], []
    for n_clusters in (4, 32):
        clusters = np.clip(vectors[:, 0] // (64 / n_clusters), 0, n_clusters - 1).astype(np.int32)
        agreement.append(view_agreement(vectors, clusters, np.arange(640), views))
        together = clusters[:, None] == clusters
        precision.append((classes[:, None] == classes)[together].mean())
    assert agreement[0] > agreement[1]
    assert precision[0] < precision[1]
