"""Tests umeta.backbones.torch_modules too."""

from functools import partial

import pytest
import torch
from torch import nn

from umeta.backbones.adversarial import Generator, add_spectral_norm, halving_stack
from umeta.backbones.torch_modules import fresh

CPU = torch.device("cpu")


def generator() -> torch.Generator:
    return torch.Generator().manual_seed(0)


@pytest.mark.parametrize("shape", [(1, 28, 28), (3, 84, 84), (2, 9, 13), (1, 5, 5)])
def test_generated_images_have_the_shape_of_the_given_ones_and_pixels_between_0_and_1(shape):
    network = fresh(lambda: Generator(6, shape, 2), generator=generator(), device=CPU)
    images = network(2 * torch.rand(4, 6, generator=generator()) - 1)
    assert images.shape == (4, *shape)
    assert 0 <= images.min() < images.max() <= 1
    stack = fresh(lambda: halving_stack(shape, 2, 6, normalised=True), generator=generator(), device=CPU)
    assert stack(images).shape == (4, 6)


def test_bounded_weights_have_a_largest_singular_value_of_1():
    first, last = (
        fresh(partial(nn.Linear, *sizes), generator=generator(), device=CPU) for sizes in ((5, 7), (7, 2))
    )
    with torch.no_grad():
        first.weight.mul_(9)
    network = nn.Sequential(first, nn.ReLU(), last)
    add_spectral_norm(network, generator=generator())
    for _ in range(20):
        network(torch.rand(3, 5))
    for layer in (first, last):
        assert torch.linalg.matrix_norm(layer.weight, 2).item() == pytest.approx(1, rel=1e-3)
