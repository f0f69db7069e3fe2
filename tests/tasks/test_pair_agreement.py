import numpy as np

from tests.tasks.batches import task_batch
from umeta.tasks.pair_agreement import pair_agreement

BATCH = task_batch(support=[[[0], [3]], [[0], [6]]], query=[[[1, 2], [4, 5]], [[1, 4], [7, 7]]])
ONE = np.array([0, 0, 0, 1, 1, 0, -1, -1])
TWO = np.array([0, 1, 0, 1, 1, 1, -1, -1])


def test_agreement_by_hand():
    # the first task: pairs 0-1 0-2 3-4 yes, 3-5 no; the second: 0-1 yes, 0-4 no, of 6-7 nothing is said
    assert pair_agreement(BATCH, [ONE]).tolist() == [3 / 4, 1 / 2]
    # by the other: 0-2 3-4 3-5 yes, 0-1 no; none
    assert pair_agreement(BATCH, [ONE, TWO]).tolist() == [6 / 8, 1 / 4]


def test_where_no_pair_is_in_clusters_nothing_is_said():
    assert np.isnan(pair_agreement(BATCH, [np.full(8, -1)])).all()
    assert np.isnan(pair_agreement(BATCH, [])).all()
