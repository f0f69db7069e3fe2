import numpy as np
import pytest

from umeta.stage import UserError
from umeta.vectors.whitening import Whitening


def features(n: int = 500, dim: int = 6) -> np.ndarray:
    rng = np.random.default_rng(0)
    return (rng.normal(size=(n, dim)) @ rng.normal(size=(dim, dim)) + 3).astype(np.float32)


@pytest.mark.parametrize("dim", [6, 3])
def test_whitened_features_have_mean_0_and_identity_covariance(dim):
    found = features()
    white = Whitening.of(found, dim).apply(found, unit=False)
    np.testing.assert_allclose(white.mean(0), 0, atol=1e-4)
    np.testing.assert_allclose(white.T @ white / len(white), np.eye(dim), atol=1e-3)


def test_whitening_two_dimensions_worked_by_hand():
    # variances 4 and 1 along the axes, around (1, 2)
    found = np.array([[3, 2], [-1, 2], [1, 2 + 2**0.5], [1, 2 - 2**0.5]], np.float32)
    whitening = Whitening.of(found, 2)
    assert whitening.mean == pytest.approx([1, 2])
    variances = np.array([8 / 4, 4 / 4])
    assert np.abs(whitening.components) == pytest.approx(np.diag(variances**-0.5), abs=1e-6)
    assert np.abs(whitening.apply(found)) == pytest.approx(
        np.array([[1, 0], [1, 0], [0, 1], [0, 1]]), abs=1e-6
    )


def test_dimensions_without_variance_are_left_out():
    found = np.concatenate([features(dim=3), features(dim=3), np.full((500, 1), 2, np.float32)], axis=1)
    assert Whitening.of(found, 5).apply(found).shape == (500, 3)
    with pytest.raises(UserError, match="all 7 embeddings are the same point"):
        Whitening.of(np.full((7, 3), 0.1, np.float32), 2)
