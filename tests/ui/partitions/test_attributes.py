import numpy as np

from umeta.partitions.following import follow
from umeta.ui.partitions.attributes import follows_text

CLUSTERS = np.repeat(np.arange(10), 10)


def test_what_each_follows_most_is_said_with_how_often_it_is_shared():
    following = follow(CLUSTERS, {"pair": CLUSTERS // 2, "chance": np.arange(100) % 7})
    text = follows_text(following, following)
    assert text == (
        "A follows **pair** most: two images of one cluster share it 5.2 × as often as chance; "
        "B follows **pair** most: two images of one cluster share it 5.2 × as often as chance."
    )


def test_following_none_is_told():
    chance = follow(CLUSTERS, {"chance": np.random.default_rng(0).permutation(CLUSTERS)})
    assert follows_text(chance, chance) == "A follows none of these; B follows none of these."
