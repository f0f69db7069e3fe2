"""The three methods on drawings: each knows an example again, and none depends on the order of the classes."""

import numpy as np
import pytest

from umeta.data.glyphs.drawing import draw_glyphs
from umeta.ui.draw.answers import answers


@pytest.fixture(scope="module")
def drawings() -> np.ndarray:
    """Six characters by three hands, (6, 3, 1, 28, 28)."""
    return draw_glyphs(n_alphabets=3, n_classes=6, n_drawers=3, seed=4).images.reshape(6, 3, 1, 28, 28)


def test_the_nearest_is_the_example_itself_and_distances_and_probabilities_are_such(drawings: np.ndarray):
    examples = np.ascontiguousarray(drawings[:5, 0])
    neighbour, protonets, maml = answers(examples, examples[2])
    assert (neighbour.method, protonets.method, maml.method) == ("Nearest neighbour", "ProtoNets", "MAML")
    assert neighbour.row == protonets.row == maml.row == 2
    assert neighbour.values[2] == pytest.approx(0, abs=1e-3)
    assert protonets.values[2] == pytest.approx(0, abs=1e-2)
    assert maml.values.sum() == pytest.approx(1)
    assert (neighbour.is_distance, protonets.is_distance, maml.is_distance) == (True, True, False)


def test_they_tell_other_hands_characters_apart_better_than_chance(drawings: np.ndarray):
    examples = np.ascontiguousarray(drawings[:, 0])
    found = [answers(examples, drawings[k, hand]) for k in range(6) for hand in (1, 2)]
    rows = np.array([[answer.row for answer in one] for one in found])
    right = (rows == np.repeat(np.arange(6), 2)[:, None]).mean(axis=0)
    assert (right >= (0.7, 0.6, 0.4)).all()


def test_the_nearest_neighbour_and_protonets_do_not_depend_on_the_order_of_the_classes(drawings: np.ndarray):
    examples, query, order = np.ascontiguousarray(drawings[:5, 0]), drawings[1, 1], [3, 1, 4, 0, 2]
    for answer, permuted in list(zip(answers(examples, query), answers(examples[order], query), strict=True))[
        :2
    ]:
        np.testing.assert_allclose(permuted.values, answer.values[order], rtol=1e-4, atol=1e-5)
