import pytest

from tests.partitions.points import blobs
from umeta.partitions.random_labels import RandomLabels
from umeta.stage import UserError


def test_random_labels_ignore_the_embedding():
    strategy = RandomLabels(n_clusters=5)
    a = strategy.make_partitions(blobs())
    b = strategy.make_partitions(blobs(seed=9))
    assert (a[0].clusters == b[0].clusters).all()
    assert set(a[0].clusters.tolist()) == set(range(5))


def test_more_clusters_than_items_are_refused():
    with pytest.raises(UserError, match="n_clusters=300 is more than the 240 items; use 120 or fewer"):
        RandomLabels(n_clusters=300).make_partitions(blobs())
