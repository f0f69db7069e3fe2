import re
import time

import numpy as np
import pytest

from tests.partitions.points import partitions_of
from umeta.partitions import OUTSIDE, PARTITIONS
from umeta.partitions.hyperplanes import Hyperplanes, cells, sides, widest_margins
from umeta.stage import Step, UserError

# the planes x = 0 and y = 0, and six points about them
NORMALS = np.array([[1, 0], [0, 1]], np.float32)
POINTS = np.array([[2, 3], [-2, 3], [2, -3], [-2, -3], [0.5, 3], [2, -1]], np.float32)
DISTANCES = NORMALS @ POINTS.T


def cloud(n: int = 1200, dim: int = 8, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(n, dim)).astype(np.float32)


def test_cells_of_two_planes_by_hand():
    assert sides(DISTANCES, 0.0).tolist() == [[1, -1, 1, -1, 1, 1], [1, 1, -1, -1, 1, -1]]
    assert cells(sides(DISTANCES, 0.0)).tolist() == [3, 2, 1, 0, 3, 1]


def test_items_within_the_margin_of_any_plane_are_left_out_and_those_on_its_edge_are_not():
    assert cells(sides(DISTANCES, 1.0)).tolist() == [3, 2, 1, 0, OUTSIDE, 1]
    assert cells(sides(DISTANCES, 1.5)).tolist() == [3, 2, 1, 0, OUTSIDE, OUTSIDE]
    assert (cells(sides(DISTANCES, 2.5)) == OUTSIDE).all()


def test_an_item_on_a_plane_is_above_it():
    assert sides(np.zeros((1, 1)), 0.0).tolist() == [[1]]


def test_the_widest_margin_by_hand():
    # x: -2 -2 .5 2 2 2, y: -3 -3 -1 3 3 3
    assert widest_margins(DISTANCES, 2).tolist() == [2, 3]
    assert widest_margins(DISTANCES, 3).tolist() == [-0.5, 1]


def test_every_item_beyond_the_margin_of_every_plane_is_in_a_cell():
    (whole,) = partitions_of(Hyperplanes(n_way=8, min_cluster_size=2), cloud())
    (halved,) = partitions_of(Hyperplanes(n_way=8, min_cluster_size=2, margin=0.4), cloud())
    assert (whole.clusters == OUTSIDE).mean() < 0.01
    assert 0.1 < (halved.clusters == OUTSIDE).mean() < 0.9
    assert whole.n_made == halved.n_made == 8


def test_a_partition_has_n_way_cells_of_enough_items():
    for partition in partitions_of(
        Hyperplanes(n_way=20, n_partitions=20, min_cluster_size=6, margin=0.1), cloud(4000)
    ):
        sizes = partition.sizes()[1]
        assert len(sizes) >= 20
        assert sizes.min() >= 6
        assert partition.n_made == 32


@pytest.mark.parametrize(("n_way", "n_cells"), [(2, 2), (5, 8), (8, 8), (9, 16), (20, 32)])
def test_planes_are_as_many_as_n_way_needs(n_way: int, n_cells: int):
    assert partitions_of(Hyperplanes(n_way=n_way), cloud())[0].n_made == n_cells


def test_planes_through_the_data_do_not_mind_where_it_lies_nor_its_scale():
    here, there = cloud(), (cloud() * np.linspace(0.5, 1, 8, dtype=np.float32)) * 100 + 5000
    for embeddings in (here, there):
        (partition,) = partitions_of(Hyperplanes(n_way=5, min_cluster_size=10), embeddings)
        assert partition.n_clusters >= 5
    with pytest.raises(
        UserError, match="partition.through=cube most planes pass beside the data. Use partition.through=data"
    ):
        partitions_of(Hyperplanes(n_way=5, min_cluster_size=10, through="cube"), cloud() + 1e5)


def test_planes_through_the_origin_split_normalised_embeddings():
    directions = cloud() / np.linalg.norm(cloud(), axis=1, keepdims=True)
    (partition,) = partitions_of(Hyperplanes(n_way=5, through="origin", min_cluster_size=10), directions)
    assert partition.n_clusters == 8


def test_same_seed_same_partitions_and_each_partition_its_own_planes():
    strategy = Hyperplanes(n_way=5, n_partitions=3, margin=0.1)
    one, again = partitions_of(strategy, cloud()), partitions_of(strategy, cloud())
    assert all((a.clusters == b.clusters).all() for a, b in zip(one, again, strict=True))
    assert (one[0].clusters != one[1].clusters).any()


def test_a_margin_wider_than_the_data_is_refused_within_seconds_with_a_margin_that_works():
    start = time.monotonic()
    with pytest.raises(UserError, match=r"0 of 1000 random planes have 160 items .* on each side") as caught:
        partitions_of(Hyperplanes(margin=9, min_cluster_size=16), cloud())
    assert time.monotonic() - start < 10
    assert "beyond partition.margin=9; on average 0.0% of the 1200 items lie beyond it" in str(caught.value)
    remedy = re.search(r"Lower partition.margin: half of the planes allow ([\d.]+\d)", str(caught.value))
    assert remedy is not None
    partitions_of(Hyperplanes(margin=float(remedy[1]), n_planes=1, min_cluster_size=16), cloud())


def test_retries_end_and_the_error_tells_how_near_it_came():
    crowded = Hyperplanes(margin=0.5, n_way=20, min_cluster_size=16, max_retries=7)
    with pytest.raises(UserError, match="none of 8 draws of 5 planes with partition.margin=0.5") as caught:
        partitions_of(crowded, cloud())
    assert re.search(
        r"gave n_way=20 cells of 16 items .* the best gave \d+, and at most \d+% of the 1200 items lay beyond the "
        r"margins. Lower partition.margin, n_way or n_query",
        str(caught.value),
    )


def test_rejected_draws_are_counted():
    made = partitions_of(
        Hyperplanes(margin=0.3, n_way=15, n_planes=4, n_partitions=30, min_cluster_size=3), cloud()
    )
    assert max(partition.retries for partition in made) > 0
    assert all(partition.n_clusters >= 15 for partition in made)


def test_too_few_items_are_refused():
    with pytest.raises(UserError, match="there are 100 items in all. Lower task.n_shot or task.n_query"):
        partitions_of(Hyperplanes(min_cluster_size=16), cloud(100))


def test_too_few_planes_for_n_way_are_refused_at_once_and_when_n_way_is_filled_in():
    message = "partition.n_planes=3 makes 8 cells, fewer than n_way=20; raise partition.n_planes to 5"
    with pytest.raises(UserError, match=message):
        PARTITIONS.parse({"name": "hyperplanes", "n_planes": 3, "n_way": 20})
    with pytest.raises(UserError, match=message):
        partitions_of(Hyperplanes(n_planes=3).model_copy(update={"n_way": 20}), cloud())


def test_nan_and_constant_embeddings_are_refused():
    broken = cloud()
    broken[3, 1] = np.inf
    with pytest.raises(UserError, match="the first at item 3"):
        partitions_of(Hyperplanes(), broken)
    with pytest.raises(UserError, match="are the same point"):
        partitions_of(Hyperplanes(), np.ones((500, 4), np.float32))


def test_embeddings_are_not_changed_and_every_partition_is_a_step():
    points, steps = cloud(), list[Step]()
    before = points.copy()
    points.flags.writeable = False
    Hyperplanes(n_partitions=3).make_partitions(points, on_step=steps.append)
    assert (points == before).all()
    assert [step.done for step in steps if step.done] == [1, 2, 3]
