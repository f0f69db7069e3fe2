import base64
import io

import pytest
from PIL import Image

import umeta
from umeta.api import EmbeddedData, PartitionedData
from umeta.stage import UserError


def test_two_partitions_stand_on_linked_maps_and_are_one_picture(
    embedding: EmbeddedData, partitions: PartitionedData
):
    pair = umeta.compare(partitions, umeta.partition(embedding, "random", n_clusters=12), projection="pca")
    pair.selected = pair.first.items[:5]
    assert pair.second.selected.tolist() == pair.selected.tolist() == pair.first.items[:5].tolist()
    data, _ = pair._repr_mimebundle_()
    assert Image.open(io.BytesIO(base64.b64decode(data["image/png"]))).size == (960, 480)


def test_partitions_of_other_images_are_not_compared(partitions: PartitionedData):
    smaller = umeta.embed(umeta.load("glyphs", n_classes=30, n_alphabets=3), "pixels")
    other = umeta.partition(smaller, "kmeans", n_clusters=5)
    with pytest.raises(UserError, match="two partitions of the same images; these are of digits and glyphs"):
        umeta.compare(partitions, other)
