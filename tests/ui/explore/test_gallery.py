import csv
import io
import json

import numpy as np
import pytest

from umeta.data import DATASETS, SPLITS
from umeta.partitions import Partition
from umeta.ui.explore.gallery import as_csv, as_json, records


@pytest.fixture
def partition() -> Partition:
    """Items 0 to 5; item 3 is in no cluster."""
    return Partition(np.array([1, 1, 4, -1, 4, 4], np.int32), n_made=2)


def test_downloads_hold_classes_and_file_names_only_when_revealed(home):
    data = DATASETS.parse("digits").load(home)
    clusters = Partition(np.arange(len(data.images), dtype=np.int32) % 7, n_made=7)
    hidden = records(data, clusters, np.array([8, 3]), revealed=False)
    split = {item: SPLITS[data.split_of[item]] for item in (8, 3)}
    assert hidden == [
        {"item": 8, "cluster": 1, "split": split[8]},
        {"item": 3, "cluster": 3, "split": split[3]},
    ]
    (row,) = csv.DictReader(
        io.StringIO(as_csv(records(data, clusters, np.array([3]), revealed=True)).decode())
    )
    name = data.classes.names[data.classes.values[3]]
    assert row == {
        "item": "3",
        "cluster": "3",
        "split": split[3],
        "id": data.images.ids[3],
        "true_class": name,
    }
    assert json.loads(as_json(hidden)) == hidden
    assert as_csv([]).decode().strip() == "item,cluster,split"
