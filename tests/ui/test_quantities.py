import numpy as np
import pytest

from umeta.partitions import Partition
from umeta.tasks import TaskConfig
from umeta.ui.quantities import CROWD, TASKS, distance_to_crowd, times_used


def test_the_distance_to_the_crowd_is_the_mean_to_the_nearest_others():
    vectors = np.concatenate([np.zeros(CROWD), [3.0], [100.0]]).astype(np.float32)[:, None]
    far = distance_to_crowd(vectors)
    assert far[0] == pytest.approx(3 / CROWD)  # all but one of its ten nearest are where it is
    assert far[CROWD] == pytest.approx(3)
    assert far[CROWD + 1] == pytest.approx((97 + (CROWD - 1) * 100) / CROWD)


def test_a_sample_of_the_others_tells_crowds_apart():
    rng = np.random.default_rng(0)
    vectors = rng.normal(size=(6000, 3)).astype(np.float32)
    vectors[:3000] *= 0.1
    far = distance_to_crowd(vectors)
    assert np.isfinite(far).all()
    assert np.median(far[:3000]) < 0.2 * np.median(far[3000:])


def test_items_are_used_as_often_as_tasks_have_places_and_none_outside_a_cluster():
    clusters = np.array([0] * 4 + [1] * 8 + [-1] * 3, np.int32)
    used = times_used(Partition(clusters, n_made=2), TaskConfig(n_way=2, n_shot=1, n_query=3))
    assert used.sum() == TASKS * 2 * 4
    assert used[:4].tolist() == [TASKS] * 4  # a cluster of four gives all of its items to every task
    assert used[12:].tolist() == [0, 0, 0]
    assert used[4:12] == pytest.approx(TASKS / 2, rel=0.15)
