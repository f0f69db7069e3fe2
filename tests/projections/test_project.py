import numpy as np
import pytest

from umeta.projections import project
from umeta.stage import UserError


def groups(seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return (np.repeat(rng.normal(size=(3, 10)) * 30, 40, axis=0) + rng.normal(size=(120, 10))).astype(
        np.float32
    )


def separation(positions: np.ndarray) -> float:
    centres = positions.reshape(3, 40, 2).mean(1)
    within = positions.reshape(3, 40, 2).std(1).mean()
    return min(np.linalg.norm(centres[a] - centres[b]) for a, b in ((0, 1), (0, 2), (1, 2))) / within


@pytest.mark.parametrize("method", ["pca", "umap"])
def test_groups_stay_apart_and_the_map_is_the_same_each_time(method):
    positions = project(groups(), method)
    assert positions.shape == (120, 2)
    assert separation(positions) > 3
    assert (project(groups(), method) == positions).all()


def test_one_dimension_is_drawn_on_a_line():
    positions = project(groups()[:, :1], "pca")
    assert (positions[:, 1] == 0).all()


def test_umap_of_too_few_items_is_refused():
    with pytest.raises(UserError, match="UMAP needs more than 15 items; there are 10"):
        project(groups()[:10], "umap")
