import logging

from tests.partitions.points import blobs, partitions_of
from umeta.partitions.kmeans import KMeans


def test_retries_end_and_are_reported(caplog):
    with caplog.at_level(logging.WARNING):
        made = partitions_of(KMeans(n_clusters=60, min_cluster_size=8, max_retries=2), blobs())
    assert made[0].retries == 2
    assert "after 2 retries only" in caplog.text
    assert "hold 8 items" in caplog.text
