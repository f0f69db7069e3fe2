import numpy as np

from umeta.partitions import PARTITIONS
from umeta.ui.partitions.settings_grid import settings, vary_in_words


def test_a_strategy_is_varied_by_what_it_takes():
    kmeans = settings(PARTITIONS.parse({"name": "kmeans", "n_clusters": 8}), 40)
    assert list(kmeans) == ["clusters", "partitions", "scaling"]
    assert list(kmeans["clusters"]) == [
        "k = 2",
        "k = 4",
        "k = 8",
        "k = 16",
        "k = 20",
    ]  # at most half the items
    assert all(method.n_clusters == 8 for method, _ in kmeans["scaling"].values())
    assert list(settings(PARTITIONS.parse({"name": "hyperplanes"}), 40)) == ["margin", "partitions"]
    assert settings(PARTITIONS.parse({"name": "oracle"}), 40) == {}


def test_the_setting_with_most_usable_clusters_is_named():
    sizes = {"k = 2": np.array([5, 5]), "k = 4": np.array([4, 3, 2, 1])}
    assert vary_in_words(sizes, 2) == (
        "Tasks have the most clusters to draw from with **k = 4**: 3 of 4 hold 2 images, and 90% of the clustered "
        "images are in them; with **k = 2** 100% are."
    )
