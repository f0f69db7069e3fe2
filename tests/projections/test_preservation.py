import numpy as np
import pytest

from umeta.projections import Preservation, describe_preservation, preservation
from umeta.stage import UserError


def line(*places: float) -> np.ndarray:
    return np.array(places, np.float32)[:, None]


def test_the_share_by_hand():
    # nearest two of each item in the vectors: 0→1 2, 1→0 2, 2→1 0, 3→4 2, 4→3 2
    vectors = line(0, 1, 2.1, 6, 7)
    # items 0 and 4 change places, so on the map: 0→3 2, 1→2 4, 2→1 4, 3→0 2, 4→1 2
    drawn = line(7, 1, 2.1, 6, 0)
    # kept: 0→{2}, 1→{2}, 2→{1}, 3→{2}, 4→{2}, each one of two
    found = preservation(vectors, drawn, n_neighbours=2)
    assert found == Preservation(share=0.5, chance=2 / 4, n_neighbours=2, n_sampled=5)


def test_a_map_that_is_the_embedding_keeps_all_neighbours_even_of_equal_items():
    rng = np.random.default_rng(0)
    plane = rng.normal(size=(300, 2)).astype(np.float32)
    assert preservation(plane, plane * 3 + 1).share == 1
    equal = np.repeat(plane[:4], 40, axis=0)
    assert 0 <= preservation(equal, equal).share <= 1


def test_a_random_map_keeps_what_chance_gives():
    rng = np.random.default_rng(0)
    vectors, drawn = rng.normal(size=(2, 1500, 2)).astype(np.float32)
    found = preservation(vectors, drawn)
    assert found.share == pytest.approx(found.chance, rel=0.15)
    assert found.chance == pytest.approx(15 / 1499)


def test_a_sample_is_fixed_and_close_to_the_whole():
    rng = np.random.default_rng(0)
    vectors = rng.normal(size=(1200, 5)).astype(np.float32)
    whole = preservation(vectors, vectors[:, :2])
    part = preservation(vectors, vectors[:, :2], n_sample=300)
    assert part == preservation(vectors, vectors[:, :2], n_sample=300)
    assert (whole.n_sampled, part.n_sampled) == (1200, 300)
    assert part.share == pytest.approx(whole.share, abs=0.03)


def test_too_few_items_are_refused():
    with pytest.raises(UserError, match="15 neighbours of each item need 16 items or more; there are 3"):
        preservation(line(0, 1, 2), line(0, 1, 2))


def test_the_words_name_the_share_the_chance_and_what_no_map_tells():
    words = describe_preservation("UMAP", Preservation(0.337, 15 / 32_459, 15, 2000))
    assert "15 nearest neighbours by its vector, UMAP keeps 34% among the 15 nearest on the map" in words
    assert "chance: 0.05%" in words
    assert "A map cannot tell how far apart groups are" in words
