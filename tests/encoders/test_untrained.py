import numpy as np

from tests.encoders.neural import CPU, bars, fit
from umeta.encoders.untrained import Untrained


def test_the_features_before_the_linear_layer_are_calibrated_to_the_training_images():
    images = bars(200)
    state = fit(Untrained(n_filters=4), images)
    averages = [state[name] for name in state if name.endswith("running_var")]
    assert len(averages) == 4
    assert all((average > 0).all() and not np.allclose(average, 1, atol=1e-3) for average in averages)


def test_weights_do_not_depend_on_the_images():
    first, second = (fit(Untrained(n_filters=4), bars(seed=seed)) for seed in (0, 1))
    weights = [name for name in first if name.endswith(".weight")]
    assert all((first[name] == second[name]).all() for name in weights)


def test_dim_is_the_number_of_features():
    images = bars()
    assert Untrained(dim=7).encode(fit(Untrained(dim=7), images), images, device=CPU).shape == (48, 7)
