import numpy as np
import pytest

from umeta.encoders.subspace_iteration import N_PASSES, principal_components_of_blocks


def rows_of_known_variance(n: int = 600, dim: int = 40) -> np.ndarray:
    rng = np.random.default_rng(0)
    axes = np.linalg.qr(rng.normal(size=(dim, dim)))[0]
    return (rng.normal(size=(n, dim)) * 0.8 ** np.arange(dim) @ axes + 3).astype(np.float32)


def test_components_are_those_of_the_whole_covariance():
    rows = rows_of_known_variance()
    n_calls = 0

    def blocks():
        nonlocal n_calls
        n_calls += 1
        yield from np.split(rows, [100, 250, 251])

    mean, found = principal_components_of_blocks(blocks, 6, rng=np.random.default_rng(1))
    _, axes = np.linalg.eigh(np.cov(rows.T.astype(np.float64)))
    expected = axes[:, ::-1][:, :6].T
    assert mean == pytest.approx(rows.mean(axis=0, dtype=np.float64))
    assert np.abs((found * expected).sum(axis=1)) == pytest.approx(1, abs=1e-4)
    assert found @ found.T == pytest.approx(np.eye(6), abs=1e-6)
    assert (found[np.arange(6), np.abs(found).argmax(axis=1)] > 0).all()
    assert n_calls == N_PASSES + 1


def test_all_components_may_be_asked_for():
    rows = rows_of_known_variance(dim=4)
    mean, found = principal_components_of_blocks(lambda: iter([rows]), 4, rng=np.random.default_rng(1))
    assert (rows - mean) @ found.T @ found + mean == pytest.approx(rows, abs=1e-4)
