"""A small embedding of digits, for widgets without a kernel."""

from collections.abc import Iterator

import pytest

import umeta
from umeta.api import EmbeddedData, PartitionedData
from umeta.cache import Home


@pytest.fixture(scope="module")
def embedding(shared_home: Home) -> Iterator[EmbeddedData]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("UMETA_HOME", str(shared_home.root))
        yield umeta.embed(umeta.load("digits"), "pixels")


@pytest.fixture(scope="module")
def partitions(embedding: EmbeddedData) -> PartitionedData:
    return umeta.partition(embedding, "kmeans", n_clusters=12)
