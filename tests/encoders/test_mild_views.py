import numpy as np
import pytest
import torch

from tests.encoders.neural import CPU, bars, fit
from umeta.data.augmentation import augment
from umeta.encoders.mild_views import STRENGTH
from umeta.encoders.simclr import SimClr
from umeta.randomness import Stream, torch_generator

IMAGES = bars()
ALONE = SimClr(n_filters=4, dim=6, batch_size=8, steps=2)
THREE = ALONE.model_copy(update={"test_views": 3})
STATE = fit(ALONE, IMAGES)


def test_a_vector_is_the_mean_of_those_of_the_same_views_of_every_image():
    pixels = torch.from_numpy(IMAGES.images) / 255
    views = [
        augment(
            pixels,
            "glyphs",
            generator=torch_generator(0, Stream.MILD_VIEWS, k),
            strength=STRENGTH,
            alike=True,
        )
        for k in range(3)
    ]
    rounded = [view.mul(255).round().byte().numpy() for view in views]
    each = [
        ALONE.encode(STATE, type(IMAGES)("view", images, list(IMAGES.ids)), device=CPU) for images in rounded
    ]
    mean = np.mean(each, axis=0)
    expected = mean / np.linalg.norm(mean, axis=1, keepdims=True)
    assert THREE.encode(STATE, IMAGES, device=CPU) == pytest.approx(expected, abs=0.02)  # views were rounded


def test_an_image_is_embedded_by_itself_whatever_is_beside_it():
    together = THREE.encode(STATE, IMAGES, device=CPU)
    some = np.array([40, 3])
    np.testing.assert_allclose(
        THREE.encode(STATE, IMAGES.take(some), device=CPU), together[some], rtol=1e-4, atol=1e-5
    )
    assert np.linalg.norm(together, axis=1) == pytest.approx(1, abs=1e-5)


def test_features_have_means_too_and_training_is_the_same_with_views_at_test():
    features = THREE.model_copy(update={"embedding": "features"})
    assert features.encode(STATE, IMAGES, device=CPU).shape == (len(IMAGES), 6)
    assert "test_views" not in ALONE.made_from()
    assert THREE.as_fitted() == ALONE
    assert all((value == STATE[name]).all() for name, value in fit(THREE, IMAGES).items())
