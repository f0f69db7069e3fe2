from umeta.partitions import PARTITIONS
from umeta.partitions.variations import variations


def test_a_strategy_is_varied_by_what_it_takes():
    kmeans = variations(PARTITIONS.parse({"name": "kmeans", "n_clusters": 8}), 40)
    assert list(kmeans) == ["clusters", "partitions", "scaling"]
    assert list(kmeans["clusters"]) == [
        "k = 2",
        "k = 4",
        "k = 8",
        "k = 16",
        "k = 20",
    ]  # at most half the items
    assert all(method.n_clusters == 8 for method, _ in kmeans["scaling"].values())
    assert list(variations(PARTITIONS.parse({"name": "hyperplanes"}), 40)) == ["margin", "partitions"]
    assert variations(PARTITIONS.parse({"name": "oracle"}), 40) == {}
