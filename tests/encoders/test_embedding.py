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


def test_a_fingerprint_tells_embeddings_apart_and_is_that_of_the_vectors_alone():
    fingerprint = Embedding(VECTORS, np.arange(4), {}).fingerprint
    assert len(fingerprint) == 12
    assert Embedding(VECTORS.copy(), np.arange(4), {"encoder": "pca"}).fingerprint == fingerprint
    others = VECTORS + np.eye(4, 2, dtype=np.float32), VECTORS[:3], VECTORS.reshape(2, 4)
    made = {Embedding(vectors, np.arange(len(vectors)), {}).fingerprint for vectors in others}
    assert len(made | {fingerprint}) == 4


def test_of_many_vectors_a_thousand_are_read():
    vectors = np.zeros((5000, 2), np.float32)
    fingerprint = Embedding(vectors, np.arange(5000), {}).fingerprint
    vectors[-1] = 1
    assert Embedding(vectors, np.arange(5000), {}).fingerprint != fingerprint  # the last one is among them
