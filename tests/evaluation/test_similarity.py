from typing import Any

import numpy as np
import pytest
import torch

from umeta.evaluation import learner_features, linear_cka
from umeta.learners.maml import Maml
from umeta.learners.protonets import ProtoNets
from umeta.learners.training import new_state
from umeta.stage import UserError

CPU = torch.device("cpu")


def normal(*shape: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=shape)


def by_definition(x: np.ndarray, y: np.ndarray) -> float:
    """The unbiased criterion as a mean over all quadruples of different items is slow; with its matrices it is not."""

    def hsic(x: np.ndarray, y: np.ndarray) -> float:
        n = len(x)
        k, l = x @ x.T, y @ y.T  # noqa: E741
        np.fill_diagonal(k, 0)
        np.fill_diagonal(l, 0)
        one = np.ones(n)
        ends = (one @ k @ one) * (one @ l @ one) / ((n - 1) * (n - 2))
        return (np.trace(k @ l) + ends - 2 / (n - 2) * (one @ k @ l @ one)) / (n * (n - 3))

    return hsic(x, y) / np.sqrt(hsic(x, x) * hsic(y, y))


def test_it_equals_the_definition_with_matrices_of_items_by_items():
    x = normal(30, 5)
    y = x[:, :3] + normal(30, 3, seed=1)
    assert linear_cka(x, y) == pytest.approx(by_definition(x, y), rel=1e-9)


def test_rotation_shift_and_scale_change_nothing():
    x = normal(40, 6)
    rotation = np.linalg.qr(normal(6, 6, seed=1))[0]
    assert linear_cka(x, 3 * x @ rotation + 7) == pytest.approx(1)
    assert linear_cka(x, x * np.arange(1, 7)) < 0.9  # but the directions count as much as they vary


def test_unrelated_representations_are_near_0_even_with_more_dimensions_than_items():
    found = [linear_cka(normal(50, 400, seed=seed), normal(50, 400, seed=100 + seed)) for seed in range(20)]
    assert abs(np.mean(found)) < 0.03
    assert max(np.abs(found)) < 0.2


def test_it_falls_as_noise_grows():
    x = normal(200, 8)
    found = [linear_cka(x, x + noise * normal(200, 8, seed=1)) for noise in (0.1, 1, 3)]
    assert 1 > found[0] > found[1] > found[2] > 0


def test_other_items_and_constants():
    with pytest.raises(UserError, match="on the same items, four at least; these are of 5 and 6 items"):
        linear_cka(normal(5, 2), normal(6, 2))
    assert np.isnan(linear_cka(np.ones((9, 2)), normal(9, 2)))


def images(n: int) -> torch.Tensor:
    return torch.randint(
        0, 256, (n, 1, 28, 28), generator=torch.Generator().manual_seed(n), dtype=torch.uint8
    )


@pytest.mark.parametrize("batch_norm", ["transductive", "running"])
def test_the_features_of_maml_enter_its_head(batch_norm):
    learner: Any = Maml(n_filters=8, inner_steps=1, batch_norm=batch_norm)
    state = new_state(learner, images(4), 5, seed=0, device=CPU)
    learner.step(state, images(10).unflatten(0, (2, 5, 1)), images(30).unflatten(0, (2, 5, 3)))
    some = images(600)
    found = learner_features(learner, state, some, device=CPU)
    assert found.shape == (600, 8)
    alone = learner_features(learner, state, some[:1], device=CPU)
    assert np.allclose(alone, found[:1], atol=1e-5) == (batch_norm == "running")


def test_the_features_of_protonets_are_its_embedding():
    learner: Any = ProtoNets(n_filters=8)
    state = new_state(learner, images(4), 5, seed=0, device=CPU)
    learner.step(state, images(5).unflatten(0, (1, 5, 1)), images(10).unflatten(0, (1, 5, 2)))
    some = images(300)
    found = learner_features(learner, state, some, device=CPU)
    expected = learner.classifier(state, batch_norm="running").embed(some).numpy()
    assert found == pytest.approx(expected, abs=1e-5)
    assert linear_cka(found, expected) == pytest.approx(1)
