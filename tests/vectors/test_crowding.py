import numpy as np
import pytest

from umeta.vectors.crowding import N_NEIGHBOURS, distance_to_crowd


def test_the_distance_to_the_crowd_is_the_mean_to_the_nearest_others():
    vectors = np.concatenate([np.zeros(N_NEIGHBOURS), [3.0], [100.0]]).astype(np.float32)[:, None]
    far = distance_to_crowd(vectors)
    assert far[0] == pytest.approx(3 / N_NEIGHBOURS)  # all but one of its ten nearest are where it is
    assert far[N_NEIGHBOURS] == pytest.approx(3)
    assert far[N_NEIGHBOURS + 1] == pytest.approx((97 + (N_NEIGHBOURS - 1) * 100) / N_NEIGHBOURS)


def test_a_sample_of_the_others_tells_crowds_apart():
    rng = np.random.default_rng(0)
    vectors = rng.normal(size=(6000, 3)).astype(np.float32)
    vectors[:3000] *= 0.1
    far = distance_to_crowd(vectors)
    assert np.isfinite(far).all()
    assert np.median(far[:3000]) < 0.2 * np.median(far[3000:])
