import math

import numpy as np
import pytest
import torch

from tests.encoders.neural import CPU, bars, fit
from umeta.backbones.sobel import Sobel
from umeta.encoders import ENCODERS
from umeta.encoders.deepcluster import DeepCluster, agreement, evenly, without_gaps
from umeta.stage import Step, UserError
from umeta.vectors.whitening import Whitening


def features(n: int = 500, dim: int = 6) -> np.ndarray:
    rng = np.random.default_rng(0)
    return (rng.normal(size=(n, dim)) @ rng.normal(size=(dim, dim)) + 3).astype(np.float32)


def tiny(**options) -> DeepCluster:
    few = {"dim": 4, "n_filters": 4, "n_features": 6, "n_clusters": 3, "batch_size": 16}
    return ENCODERS.parse({"name": "deepcluster", **few, **options})


def values_of(encoder: DeepCluster, **options) -> list[dict[str, float]]:
    steps: list[Step] = []
    fit(encoder, bars(**options), on_step=steps.append)
    return [dict(step.values) for step in steps if step.values]


@pytest.mark.parametrize("dim", [6, 3])
def test_whitened_features_have_mean_0_and_identity_covariance(dim):
    found = features()
    white = Whitening.of(found, dim).apply(found, unit=False)
    np.testing.assert_allclose(white.mean(0), 0, atol=1e-4)
    np.testing.assert_allclose(white.T @ white / len(white), np.eye(dim), atol=1e-3)


def test_whitening_two_dimensions_worked_by_hand():
    # variances 4 and 1 along the axes, around (1, 2)
    found = np.array([[3, 2], [-1, 2], [1, 2 + 2**0.5], [1, 2 - 2**0.5]], np.float32)
    whitening = Whitening.of(found, 2)
    assert whitening.mean == pytest.approx([1, 2])
    variances = np.array([8 / 4, 4 / 4])
    assert np.abs(whitening.components) == pytest.approx(np.diag(variances**-0.5), abs=1e-6)
    assert np.abs(whitening.apply(found)) == pytest.approx(
        np.array([[1, 0], [1, 0], [0, 1], [0, 1]]), abs=1e-6
    )


def test_dimensions_without_variance_are_left_out():
    found = np.concatenate([features(dim=3), features(dim=3), np.full((500, 1), 2, np.float32)], axis=1)
    assert Whitening.of(found, 5).apply(found).shape == (500, 3)
    with pytest.raises(UserError, match="all 7 embeddings are the same point"):
        Whitening.of(np.full((7, 3), 0.1, np.float32), 2)


def test_embeddings_have_length_1_and_no_more_dimensions_than_vary():
    images, encoder = bars(), tiny(dim=64, steps=2)
    found = encoder.encode(fit(encoder, images), images, device=CPU)
    assert found.shape[1] <= 6
    assert np.linalg.norm(found, axis=1) == pytest.approx(1, abs=1e-4)


def test_clusters_that_are_empty_get_no_number():
    assert without_gaps(np.array([4, 0, 0, 4, 7], np.int32)).tolist() == [1, 0, 0, 1, 2]


def test_a_round_takes_as_many_items_of_each_cluster_and_all_of_a_small_one():
    clusters = np.repeat([0, 1, 2], [8, 2, 5])
    for seed in range(5):
        drawn = evenly(clusters, rng=np.random.default_rng(seed))
        assert np.bincount(clusters[drawn]).tolist() == [5, 5, 5]
        times = np.bincount(drawn, minlength=15)
        assert sorted(times[:8]) == [0] * 3 + [1] * 5
        assert sorted(times[8:10]) == [2, 3]
        assert times[10:].tolist() == [1] * 5


def test_a_share_that_does_not_divide_leaves_no_cluster_out():
    clusters = np.repeat([0, 1, 2], [8, 1, 1])
    drawn = evenly(clusters, rng=np.random.default_rng(0))
    assert sorted(np.bincount(clusters[drawn])) == [3, 3, 4]


def test_agreement_is_1_for_the_same_clusters_by_other_numbers_and_0_for_unrelated_ones():
    one = np.array([0, 0, 1, 1])
    assert agreement(one, np.array([1, 1, 0, 0])) == pytest.approx(1)
    assert agreement(one, np.array([0, 1, 0, 1])) == pytest.approx(0)


def test_clusters_are_found_anew_after_each_pass_over_the_images():
    values = values_of(tiny(steps=7))  # 48 images in batches of 16: rounds of 3 steps
    assert ["agreement" in one for one in values] == [False] * 3 + [True] * 4
    agreements = [one["agreement"] for one in values[3:]]
    assert len(set(agreements[:3])) == 1
    assert all(0 <= one <= 1 for one in agreements)
    assert all(2 <= one["clusters"] <= 3 for one in values)


def test_within_a_round_the_loss_falls_from_that_of_guessing_and_a_new_round_guesses_again():
    losses = [one["loss"] for one in values_of(tiny(steps=61, lr=0.03, strength=0), n=480)]  # rounds of 30
    assert losses[0] == pytest.approx(math.log(3), rel=0.15)
    assert np.mean(losses[25:30]) < 0.75 * losses[0]
    assert losses[30] > 1.2 * np.mean(losses[25:30])


def test_more_clusters_than_images_are_refused_with_what_fits():
    with pytest.raises(
        UserError, match="n_clusters=49 is more than the 48 items to cluster; use 24 or fewer"
    ):
        fit(tiny(n_clusters=49), bars())


def test_sobel_filters_see_slopes_of_brightness_and_nothing_else():
    ramp = torch.arange(5.0).expand(4, 5)[None, None]
    across, down = Sobel(1)(ramp)[0]
    assert across[:, 1:-1].unique().tolist() == [-8]  # 4 × the difference over two pixels, darker to the left
    assert down.abs().max() == 0
    colour = torch.rand(2, 3, 6, 6)
    assert Sobel(3)(colour).shape == (2, 2, 6, 6)
    torch.testing.assert_close(Sobel(3)(colour + 0.3), Sobel(3)(colour), atol=1e-5, rtol=0)


def test_colour_goes_through_sobel_filters_unless_told_otherwise():
    first = "network.{}.weight"
    assert fit(tiny(steps=1), bars(channels=3))[first.format(1)].shape[1] == 2
    assert fit(tiny(steps=1, sobel=False), bars(channels=3))[first.format(0)].shape[1] == 3
    assert fit(tiny(steps=1), bars())[first.format(0)].shape[1] == 1


def test_the_picture_shows_six_clusters_of_ten_images():
    steps: list[Step] = []
    images = bars()
    fit(tiny(steps=1), images, on_step=steps.append)
    (picture,) = [step.picture for step in steps if step.picture is not None]
    assert picture.shape == (6 * 17 - 1, 10 * 17 - 1)
    known = {image.tobytes() for image in images.images[:, 0]}
    tiles = [picture[y : y + 16, x : x + 16].tobytes() for y in range(0, 102, 17) for x in range(0, 170, 17)]
    assert all(tile in known for tile in tiles)
