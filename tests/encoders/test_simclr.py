import math

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from tests.encoders.neural import CPU, bars, fit
from umeta.encoders.simclr import SimClr, alignment, nt_xent, uniformity


def test_nt_xent_of_two_images_worked_by_hand():
    one, other = torch.tensor([[1.0, 0.0], [0.0, 1.0]]), torch.tensor([[1.0, 0.0], [0.0, 1.0]])
    # each view: similarity 1 to its partner, 0 to the two views of the other image; itself is left out
    for temperature in (1.0, 0.5):
        expected = -math.log(math.exp(1 / temperature) / (math.exp(1 / temperature) + 2))
        assert nt_xent([one, other], temperature).item() == pytest.approx(expected, rel=1e-6)


def test_nt_xent_of_views_that_are_all_alike_is_the_log_of_the_choices():
    alike = torch.tensor([[0.6, 0.8]]).repeat(5, 1)
    assert nt_xent([alike, alike], 0.1).item() == pytest.approx(math.log(9), rel=1e-6)


def test_nt_xent_is_the_same_with_the_views_exchanged_and_lower_for_partners():
    generator = torch.Generator().manual_seed(0)
    one = F.normalize(torch.randn(6, 4, generator=generator), dim=1)
    near = F.normalize(one + 0.1 * torch.randn(6, 4, generator=generator), dim=1)
    assert nt_xent([one, near], 0.5).item() == pytest.approx(nt_xent([near, one], 0.5).item(), rel=1e-5)
    assert nt_xent([one, near], 0.5) < nt_xent([one, near.roll(1, 0)], 0.5)


def test_nt_xent_of_three_views_of_two_images_worked_by_hand():
    images = torch.tensor([[1.0, 0.0], [0.0, 1.0]])
    # each view has two partners of similarity 1 and three views of the other image of similarity 0
    assert nt_xent([images] * 3, 1.0).item() == pytest.approx(-math.log(math.e / (2 * math.e + 3)), rel=1e-6)
    turned = torch.tensor([[0.0, 1.0], [-1.0, 0.0]])  # 90° from each image's other views
    similarity = torch.cat([images, images, turned]) @ torch.cat([images, images, turned]).T
    terms = [
        -similarity[i, j] + torch.logsumexp(similarity[i][torch.arange(6) != i], 0)
        for i in range(6)
        for j in range(6)
        if i != j and i % 2 == j % 2
    ]
    assert nt_xent([images, images, turned], 1.0).item() == pytest.approx(torch.stack(terms).mean().item())


def test_two_views_are_the_default_and_leave_the_key_of_what_was_made_before_as_it_is():
    assert "n_views" not in SimClr().made_from()
    assert SimClr(n_views=4).made_from()["n_views"] == 4
    images = bars()
    two, four = (SimClr(n_filters=4, dim=6, batch_size=8, steps=2, n_views=n) for n in (2, 4))
    assert not np.array_equal(fit(two, images)["0.0.weight"], fit(four, images)["0.0.weight"])


def test_alignment_and_uniformity_worked_by_hand():
    one = torch.tensor([[1.0, 0.0], [-1.0, 0.0], [0.0, 1.0]])
    other = torch.tensor([[1.0, 0.0], [0.0, 1.0], [0.0, 1.0]])
    assert alignment(one, other).item() == pytest.approx((0 + 2 + 0) / 3)
    # squared distances 4, 2, 2
    assert uniformity(one).item() == pytest.approx(math.log((math.exp(-8) + 2 * math.exp(-4)) / 3), rel=1e-5)
    assert uniformity(one[:1].repeat(4, 1)).item() == pytest.approx(0)


def test_projections_have_length_1_and_one_training_gives_features_too():
    images, projected = bars(), SimClr(n_filters=4, dim=6, batch_size=8, steps=2)
    state = fit(projected, images)
    found = projected.encode(state, images, device=CPU)
    assert np.linalg.norm(found, axis=1) == pytest.approx(1, abs=1e-5)
    features = projected.model_copy(update={"embedding": "features"})
    assert all((value == state[name]).all() for name, value in fit(features, images).items())
    assert features.encode(state, images, device=CPU).shape == found.shape
    assert np.linalg.norm(features.encode(state, images, device=CPU), axis=1).std() > 0
