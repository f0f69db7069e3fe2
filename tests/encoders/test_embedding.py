import numpy as np
import pytest

from umeta.encoders import Embedding

VECTORS = np.arange(8, dtype=np.float32).reshape(4, 2)


def test_vectors_come_in_the_order_of_the_items_asked_for():
    embedding = Embedding(VECTORS, np.array([7, 3, 5, 9]), {})
    assert embedding.of(np.array([3, 9, 7])).tolist() == [[2, 3], [6, 7], [0, 1]]
    assert embedding.of(np.array([], np.int64)).shape == (0, 2)


@pytest.mark.parametrize("item", [0, 4, 10])
def test_an_item_without_a_vector_is_named(item):
    embedding = Embedding(VECTORS, np.array([7, 3, 5, 9]), {})
    with pytest.raises(ValueError, match=f"has none of item {item}"):
        embedding.of(np.array([3, item]))
