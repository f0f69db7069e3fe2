"""Tests umeta.projections.pca, umeta.projections.space, umeta.projections.tsne and umeta.projections.umap too."""

import os
import subprocess
import sys
import warnings

import numpy as np
import pytest

from umeta.projections import PROJECTIONS, project
from umeta.stage import Cancelled, Step, UserError

pytestmark = pytest.mark.lengthy


def groups(seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return (np.repeat(rng.normal(size=(3, 10)) * 30, 40, axis=0) + rng.normal(size=(120, 10))).astype(
        np.float32
    )


def separation(positions: np.ndarray) -> float:
    placed = positions.reshape(3, 40, -1)
    centres, within = placed.mean(1), placed.std(1).mean()
    return min(np.linalg.norm(centres[a] - centres[b]) for a, b in ((0, 1), (0, 2), (1, 2))) / within


@pytest.mark.parametrize(
    "method", [name if name != "umap" else pytest.param(name, marks=pytest.mark.slow) for name in PROJECTIONS]
)
def test_groups_stay_apart_and_the_map_is_the_same_each_time(method):
    embeddings = groups()
    positions = project(embeddings, method)
    assert positions.shape == (120, PROJECTIONS[method].n_axes)
    assert positions.dtype == np.float32
    assert separation(positions) > 3
    assert (project(embeddings, method) == positions).all()
    assert (embeddings == groups()).all()


@pytest.mark.parametrize(
    "method",  # UMAP compiles itself for half a minute
    [pytest.param(name, marks=pytest.mark.slow if name == "umap" else []) for name in PROJECTIONS],
)
def test_progress_runs_from_nothing_to_all(method):
    steps: list[Step] = []
    project(groups(), method, on_step=steps.append)
    done = [step.done for step in steps]
    assert done == sorted(done)
    assert done[0] == 0
    assert done[-1] == steps[-1].total
    assert {step.total for step in steps} == {steps[0].total}
    assert all(step.note for step in steps)


@pytest.mark.parametrize("method", ["umap", "tsne"])
def test_a_long_layout_can_be_stopped_on_its_way(method):
    def stop(step: Step) -> None:
        if step.done > 0:
            raise Cancelled

    with pytest.raises(Cancelled):
        project(groups(), method, on_step=stop)


@pytest.mark.slow
def test_umap_leaves_torch_its_threads():
    """In a process of its own, since numba sets threads once; two cores are needed to see it fail."""
    script = (
        "import numpy as np, torch; from umeta.projections import project; before = torch.get_num_threads(); "
        "project(np.random.default_rng(0).normal(size=(50, 8)).astype(np.float32), 'umap'); "
        "print(before, torch.get_num_threads())"
    )
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    found = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, env=environment
    )
    assert found.stdout.split() == ["1", "1"]


def test_the_seed_of_umap_decides_its_map():
    assert (project(groups(), "umap", seed=1) != project(groups(), "umap", seed=2)).any()


def test_the_axes_in_space_begin_with_those_in_the_plane():
    plane, space = project(groups(), "pca"), project(groups(), "pca-3d")
    assert np.allclose(space[:, :2], plane, atol=1e-4)
    assert space[:, 2].std() > 0


def test_missing_directions_are_drawn_as_zeros():
    assert (project(groups()[:, :1], "pca")[:, 1] == 0).all()
    assert (project(groups()[:, :2], "pca-3d")[:, 2] == 0).all()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # scikit-learn divides by n − 1 = 0
        assert (project(groups()[:1], "pca") == 0).all()


@pytest.mark.parametrize(
    ("method", "n_items", "message"),
    [
        ("umap", 15, "UMAP needs 16 items or more; there are 15. Use PCA"),
        ("tsne", 7, "t-SNE needs 8 items or more; there are 7. Use PCA"),
        ("isomap", 50, "projection='isomap' is not known. Choose one of: tsne, pca, umap, pca-3d"),
    ],
)
def test_what_cannot_be_drawn_is_refused(method, n_items, message):
    with pytest.raises(UserError, match=message):
        project(groups()[:n_items], method)


def test_vectors_without_a_place_are_refused():
    embeddings = groups()
    embeddings[[3, 50], 4] = np.nan, np.inf
    with pytest.raises(UserError, match="t-SNE needs finite numbers; 2 of 120 vectors have others"):
        project(embeddings, "tsne")


def test_tsne_tells_where_the_items_lie_on_its_way():
    steps: list[Step] = []
    positions = project(groups(), "tsne", on_step=steps.append)
    told = [step.positions for step in steps if step.positions is not None]
    assert len(told) > 10
    assert {one.shape for one in told} == {positions.shape}
    far = [np.abs(one - positions).mean() for one in told]
    assert far[-1] < 0.1 * far[0]


def test_tsne_keeps_more_neighbours_than_pca_and_gives_the_same_bits_with_any_number_of_threads():
    """With the lists of neighbours and the grid that many items need; in processes of their own, which set threads."""
    script = (
        "import hashlib, numpy as np; from umeta.projections import preservation, project, tsne; "
        "tsne.MAX_EXACT = 2000; "
        "rng = np.random.default_rng(0); "
        "vectors = rng.normal(size=(2520, 8)) + 4 * rng.normal(size=(120, 8)).repeat(21, 0); "
        "vectors = vectors.astype(np.float32); map_ = project(vectors, 'tsne'); "
        "kept = [preservation(vectors, p, n_sample=300).share for p in (map_, project(vectors, 'pca'))]; "
        "print(hashlib.sha256(map_.tobytes()).hexdigest(), *kept)"
    )
    found = [
        subprocess.run(
            [sys.executable, "-c", script],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "OMP_NUM_THREADS": threads},
        ).stdout.split()
        for threads in ("1", "2")
    ]
    assert found[0] == found[1]
    _, by_tsne, by_pca = found[0]
    assert float(by_tsne) > 3 * float(by_pca)


@pytest.mark.parametrize("method", PROJECTIONS)
def test_the_fewest_items_are_drawn(method):
    n_items = max(2, PROJECTIONS[method].min_items)
    assert np.isfinite(project(groups()[:n_items], method)).all()


def test_equal_items_are_drawn_too():
    twice = np.repeat(groups()[:30], 4, axis=0)
    for method in PROJECTIONS:
        assert np.isfinite(project(twice, method)).all()
