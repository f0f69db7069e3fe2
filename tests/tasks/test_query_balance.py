import numpy as np
import pytest

from umeta.tasks import PartitionSource, TaskBatch, TaskConfig
from umeta.tasks.numbered import concatenate
from umeta.tasks.query_balance import shared_out, with_dirichlet_queries

SHAPE = TaskConfig(n_way=4, n_shot=2, n_query=3)
CLASSES = np.arange(10).repeat(8)


def equal_and_unequal(concentration: float = 2.0, n_tasks: int = 200) -> tuple[TaskBatch, TaskBatch]:
    rng = np.random.default_rng(0)
    equal = PartitionSource([CLASSES]).sample(n_tasks, SHAPE, rng=rng)
    return equal, with_dirichlet_queries(equal, [CLASSES], concentration, rng=rng)


def counts_by_row(tasks: TaskBatch) -> np.ndarray:
    return np.stack([np.bincount(rows.ravel(), minlength=SHAPE.n_way) for rows in tasks.true_rows])


def test_classes_and_supports_stay_and_each_query_is_an_unused_item_of_its_rows_class():
    equal, tasks = equal_and_unequal()
    assert (tasks.support == equal.support).all()
    assert (tasks.clusters == equal.clusters).all()
    assert tasks.query.shape == equal.query.shape
    for number in range(len(tasks)):
        rows, queries = tasks.true_rows[number].ravel(), tasks.query[number].ravel()
        assert (CLASSES[queries] == tasks.clusters[number][rows]).all()
        assert len({*queries, *tasks.support[number].ravel()}) == len(queries) + tasks.support[number].size


def test_shares_scatter_as_the_distribution_says_and_less_where_it_is_concentrated():
    counts, calm = (counts_by_row(equal_and_unequal(concentration)[1]) for concentration in (2.0, 200.0))
    assert (counts.sum(1) == 12).all()
    assert counts.min() == 0
    assert counts.max() == 6  # 8 items of a class, 2 of them in the support
    assert counts.std() > 2 * calm.std()


@pytest.mark.parametrize(
    ("total", "shares", "rooms", "counts"),
    [
        (10, [0.5, 0.3, 0.2], [9, 9, 9], [5, 3, 2]),
        (10, [0.5, 0.3, 0.2], [3, 9, 9], [3, 4, 3]),  # 7 are left for shares of 0.3 and 0.2: 4.2 and 2.8
        (3, [0.9, 0.05, 0.05], [9, 9, 9], [3, 0, 0]),
    ],
)
def test_numbers_worked_out_by_hand(total, shares, rooms, counts):
    assert shared_out(total, np.array(shares), np.array(rooms)).tolist() == counts


def test_without_the_switch_each_query_is_of_the_row_that_it_stands_in():
    equal, _ = equal_and_unequal(n_tasks=1)
    assert equal.query_rows is None
    assert equal.true_rows[0].tolist() == [[0] * 3, [1] * 3, [2] * 3, [3] * 3]


def test_batches_of_unequal_queries_join_with_their_rows_and_have_no_fewer_ways():
    _, tasks = equal_and_unequal(n_tasks=6)
    joined = concatenate([tasks[:2], tasks[2:]])
    np.testing.assert_array_equal(joined.true_rows, tasks.true_rows)
    with pytest.raises(ValueError, match="some queries would lose their class"):
        tasks.of_way(3)
