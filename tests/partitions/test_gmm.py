import numpy as np
import pytest

from tests.partitions.points import agreement, blobs, partitions_of
from umeta.partitions.gmm import Gmm
from umeta.partitions.kmeans import KMeans
from umeta.stage import Step, UserError
from umeta.vectors import principal_components


def test_groups_are_found():
    assert (
        agreement(partitions_of(Gmm(n_clusters=8), blobs())[0].clusters, np.repeat(np.arange(8), 30)) > 0.95
    )


def test_a_narrow_group_beside_a_wide_one_is_told_apart_better_than_by_kmeans():
    rng = np.random.default_rng(0)
    points = np.concatenate([rng.normal(0, 5, (300, 2)), rng.normal((9, 0), 0.3, (300, 2))]).astype(
        np.float32
    )
    truth = np.repeat([0, 1], 300)
    mixture = partitions_of(Gmm(n_clusters=2, regularisation=0.001), points)[0].clusters
    assert (
        agreement(mixture, truth)
        > agreement(partitions_of(KMeans(n_clusters=2), points)[0].clusters, truth) + 0.05
    )


def test_many_dimensions_are_reduced():
    wide = np.concatenate([blobs(dim=6), np.zeros((240, 94), np.float32)], axis=1)
    narrow = principal_components(wide, 6, seed=0)
    assert narrow.shape == (240, 6)
    assert np.linalg.norm(narrow[0] - narrow[200]) == pytest.approx(
        np.linalg.norm(wide[0] - wide[200]), rel=1e-3
    )
    assert (
        agreement(partitions_of(Gmm(n_clusters=8, max_dim=6), wide)[0].clusters, np.repeat(np.arange(8), 30))
        > 0.95
    )


def test_partitions_repeat_with_their_seed_and_differ_from_each_other():
    points = np.random.default_rng(0).normal(size=(600, 12)).astype(np.float32)
    before = points.copy()
    made, again = (partitions_of(Gmm(n_clusters=10, n_partitions=3), points) for _ in range(2))
    assert all((a.clusters == b.clusters).all() for a, b in zip(made, again, strict=True))
    assert agreement(made[1].clusters, made[2].clusters) < 0.9
    assert (points == before).all()


def test_small_clusters_are_dropped_and_none_left_is_an_error():
    (partition,) = partitions_of(Gmm(n_clusters=40, min_cluster_size=6), blobs())
    assert partition.sizes()[1].min() >= 6
    assert partition.n_made == 40
    with pytest.raises(
        UserError, match=r"n_clusters=100 leaves no cluster of 16 items .* lower partition.n_clusters to 3"
    ):
        partitions_of(Gmm(n_clusters=100, min_cluster_size=16), blobs(4, 30))


@pytest.mark.parametrize("n_clusters", [3, 40])
def test_duplicates_do_not_collapse_it(n_clusters: int):
    points = np.repeat(np.eye(3, dtype=np.float32), 40, axis=0)
    clusters = partitions_of(Gmm(n_clusters=n_clusters), points)[0].clusters
    assert len({*clusters[:40].tolist()} & {*clusters[40:].tolist()}) == 0


def test_bad_embeddings_are_refused():
    broken = blobs()
    broken[7, 2] = np.nan
    with pytest.raises(UserError, match="the first at item 7"):
        partitions_of(Gmm(n_clusters=4), broken)
    with pytest.raises(UserError, match="are the same point"):
        partitions_of(Gmm(n_clusters=4), np.ones((240, 6), np.float32))
    with pytest.raises(UserError, match="n_clusters=300 is more than the 240 items"):
        partitions_of(Gmm(n_clusters=300), blobs())


def test_progress_is_told_within_a_partition_and_changes_nothing(monkeypatch: pytest.MonkeyPatch):
    points = np.random.default_rng(0).normal(size=(300, 3)).astype(np.float32)

    def clusters_of(steps: list[Step]) -> np.ndarray:
        strategy = Gmm(n_clusters=4, max_iterations=12)
        return strategy.make_partitions(points, on_step=steps.append)[0].clusters

    steps = list[Step]()
    clusters = clusters_of(steps)
    done = [step.done for step in steps]
    assert done[:2] == [0, 5]
    assert done == sorted(done)
    assert {step.total for step in steps} == {done[-1]} == {12}
    monkeypatch.setattr("umeta.partitions.gmm.STEPS_TOGETHER", 12)
    assert (clusters_of([]) == clusters).all()
