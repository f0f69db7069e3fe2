import numpy as np
import pytest
import torch

from umeta.data import ImageSet
from umeta.encoders import ENCODERS
from umeta.encoders.pixels import Pixels, contrast_normalised
from umeta.stage import UserError

CPU = torch.device("cpu")


def image_set(pixels: np.ndarray) -> ImageSet:
    return ImageSet("toy", pixels.astype(np.uint8), [str(i) for i in range(len(pixels))])


def correlated(n: int = 800, seed: int = 0) -> ImageSet:
    """Return images of 3 × 3 pixels, each much like its neighbours."""
    rough = np.random.default_rng(seed).integers(0, 256, (n, 1, 5, 5))
    smooth = np.mean([rough[:, :, i : i + 3, j : j + 3] for i in range(3) for j in range(3)], axis=0)
    return image_set(smooth)


def embed(encoder: Pixels, fitted_on: ImageSet, shown: ImageSet) -> np.ndarray:
    state = encoder.fit(fitted_on, device=CPU)
    return encoder.encode(state, shown, device=CPU)


def test_contrast_is_normalised_by_hand():
    # mean 30, variance 90: (x - 30) / 10
    pixels = np.array([30 - np.sqrt(90), 30 + np.sqrt(90)]).reshape(1, 1, 1, 2)
    found = contrast_normalised(image_set(np.round(pixels)).images)
    assert found == pytest.approx(np.array([[-9, 9]]) / np.sqrt(81 + 10), abs=1e-6)


def test_a_flat_image_stays_flat():
    assert (contrast_normalised(image_set(np.full((1, 1, 2, 2), 77)).images) == 0).all()


def test_zca_makes_pixels_uncorrelated_with_variance_one_but_along_the_lost_mean():
    shown = correlated()
    found = embed(Pixels(zca=True), shown, shown)
    flat = np.full(9, 1 / 3)  # every image's mean was taken away, so nothing varies in this direction
    assert np.cov(found.T, bias=True) == pytest.approx(np.eye(9) - np.outer(flat, flat), abs=2e-3)
    assert found.dtype == np.float32


def test_zca_stays_as_near_the_pixels_as_whitening_can():
    shown = correlated()
    whitened, normalised = embed(Pixels(zca=True), shown, shown), contrast_normalised(shown.images)
    own = [np.corrcoef(whitened[:, i], normalised[:, i])[0, 1] for i in range(9)]
    assert min(own) > 0.6


def test_unseen_images_use_the_whitening_of_the_training_images():
    fitted, unseen = correlated(), correlated(30, seed=1)
    together = embed(Pixels(zca=True), fitted, unseen)
    assert embed(Pixels(zca=True), fitted, unseen.take(np.arange(5))) == pytest.approx(together[:5], abs=1e-5)


def test_pixels_learn_nothing_without_zca():
    assert Pixels().fit(correlated(), device=CPU) == {}
    assert Pixels().made_from() != ENCODERS.parse({"name": "pixels", "zca": True}).made_from()


def test_images_too_large_to_whiten_are_refused():
    large = image_set(np.zeros((2, 3, 84, 84)))
    with pytest.raises(UserError, match="at most 4096 pixels; these have 21168. Lower dataset.size"):
        Pixels(zca=True).fit(large, device=CPU)


def test_images_without_contrast_are_refused():
    with pytest.raises(UserError, match="the 5 images have no contrast to whiten"):
        Pixels(zca=True).fit(image_set(np.full((5, 1, 3, 3), 9)), device=CPU)
