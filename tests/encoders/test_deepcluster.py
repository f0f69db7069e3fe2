import math

import numpy as np
import pytest
import torch

from tests.encoders.neural import CPU, bars, fit
from umeta.encoders import ENCODERS
from umeta.encoders.deepcluster import DeepCluster, agreement, evenly, without_gaps
from umeta.stage import Step, UserError


def tiny(**options) -> DeepCluster:
    few = {"dim": 4, "n_filters": 4, "n_features": 6, "n_clusters": 3, "batch_size": 16}
    return ENCODERS.parse({"name": "deepcluster", **few, **options})


def values_of(encoder: DeepCluster, **options) -> list[dict[str, float]]:
    steps: list[Step] = []
    fit(encoder, bars(**options), on_step=steps.append)
    return [dict(step.values) for step in steps if step.values]


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


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs an NVIDIA GPU")
def test_it_trains_on_a_gpu_too():
    images, encoder = bars(), tiny(steps=4)
    device = torch.device("cuda")
    state = encoder.fit(images, device=device)
    assert np.isfinite(encoder.encode(state, images, device=device)).all()
