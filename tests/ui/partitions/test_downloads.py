import numpy as np

from umeta.partitions import PARTITIONS, Partition
from umeta.ui.partitions.downloads import clusters_csv
from umeta.ui.partitions.sides import Side


def test_clusters_are_saved_by_id_and_empty_outside():
    method = PARTITIONS.parse("kmeans")
    a, b = (
        Side(letter, method, Partition(np.array(clusters, np.int32), n_made=2), 0, revealed=False)
        for letter, clusters in (("A", [0, 1, -1]), ("B", [1, -1, 0]))
    )
    text = clusters_csv(["x", "y, z", "w"], np.array([0, 1]), a, b)
    assert text.splitlines() == ["item,a,b", "x,0,1", '"y, z",1,']
