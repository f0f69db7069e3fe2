import numpy as np
import pytest

from umeta.tasks import TaskConfig
from umeta.tasks.usage import N_TASKS, times_used


def test_items_are_used_as_often_as_tasks_have_places_and_none_outside_a_cluster():
    clusters = np.array([0] * 4 + [1] * 8 + [-1] * 3, np.int32)
    used = times_used(clusters, TaskConfig(n_way=2, n_shot=1, n_query=3))
    assert used.sum() == N_TASKS * 2 * 4
    assert used[:4].tolist() == [N_TASKS] * 4  # a cluster of four gives all of its items to every task
    assert used[12:].tolist() == [0, 0, 0]
    assert used[4:12] == pytest.approx(N_TASKS / 2, rel=0.15)
