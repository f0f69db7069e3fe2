import numpy as np
import pytest

from tests.plane.made_points import clusters_of, several
from umeta.plane.forecast import by_dataset, by_encoder, fit_gain, left_out


def test_a_gain_that_follows_what_is_known_without_labels_is_forecast():
    model = fit_gain(several())
    unseen = clusters_of("e", 300, 0.5)
    assert unseen.n_clusters
    noise = model.noise.noise(unseen.n_clusters, 0.5)
    assert noise == pytest.approx(unseen.noise)
    forecast = model.gain(noise, unseen.diversity, unseen.n_clusters, 0.5)
    assert forecast == pytest.approx(0.02 * np.log(300), abs=0.01)
    errors = left_out(several(), by_encoder)
    assert errors is not None
    assert errors.is_better
    assert errors.n_groups == 4
    assert errors.model < 0.3 * errors.mean
    assert errors.band < 0.02


def test_where_nothing_tells_the_gain_the_mean_is_as_good_and_that_is_seen():
    rng = np.random.default_rng(0)
    noise = [
        clusters_of(encoder, k, 0.5 * (k / 50) ** -0.2, gain=float(rng.normal(0, 0.05)))
        for encoder in "abcdef"
        for k in (50, 100, 200, 400, 800)
    ]
    errors = left_out(noise, by_encoder)
    assert errors is not None
    assert errors.model > 0.9 * errors.mean


def test_a_data_set_can_be_left_out_where_there_are_two():
    two = [*several(), *several("xy", study="plane_grocery")]
    errors = left_out(two, by_dataset)
    assert errors is not None
    assert errors.n_groups == 2
    assert left_out(several(), by_dataset) is None
