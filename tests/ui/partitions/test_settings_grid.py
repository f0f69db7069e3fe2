import numpy as np

from umeta.ui.partitions.settings_grid import settings_text


def test_the_setting_with_most_usable_clusters_is_named():
    sizes = {"k = 2": np.array([5, 5]), "k = 4": np.array([4, 3, 2, 1])}
    assert settings_text(sizes, 2) == (
        "Tasks have the most clusters to draw from with **k = 4**: 3 of 4 hold 2 images, and 90% of the clustered "
        "images are in them; with **k = 2** 100% are. That is how much tasks can use, not how well they teach."
    )
