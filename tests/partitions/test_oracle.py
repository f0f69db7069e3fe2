import numpy as np

from umeta.cache import Home
from umeta.data import DATASETS
from umeta.partitions.oracle import Oracle


def test_its_partition_is_the_true_classes_of_the_split(home: Home):
    dataset = DATASETS.parse({"name": "digits"}).load(home)
    (partition,) = Oracle().classes(dataset, "meta_val")
    items = dataset.items("meta_val")
    assert np.array_equal(partition.clusters[items], dataset.classes.values[items])
    assert partition.n_made == partition.n_clusters == 10
    assert (np.delete(partition.clusters, items) == -1).all()
