import pytest
import torch
import torch.nn.functional as F
from torch.autograd import gradcheck, gradgradcheck

from umeta.backbones.double_backward import batch_norm, convolve


def random(*shape, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(shape, generator=generator, dtype=torch.float64).requires_grad_()


@pytest.mark.parametrize(("stride", "groups"), [(1, 1), (2, 2)])
def test_convolution_and_both_its_derivatives(stride, groups):
    x, weight = random(2, 4, 5, 4), random(4, 4 // groups, 3, 3, seed=1)

    def function(x, weight):
        return convolve(x, weight, stride=stride, groups=groups)

    expected = F.conv2d(x, weight, stride=stride, padding=1, groups=groups)
    torch.testing.assert_close(function(x, weight), expected)
    assert gradcheck(function, (x, weight))
    assert gradgradcheck(function, (x, weight))


def test_batch_norm_and_both_its_derivatives():
    x, shift = random(3, 4, 2, 3), random(4, seed=1)

    def function(x, shift):
        return batch_norm(x, shift, epsilon=1e-3)[0]

    torch.testing.assert_close(function(x, shift), F.batch_norm(x, None, None, None, shift, True, 0.0, 1e-3))
    assert gradcheck(function, (x, shift))
    assert gradgradcheck(function, (x, shift))


def test_batch_norm_returns_the_moments_it_used():
    x = random(3, 4, 2, 3)
    _, mean, rstd = batch_norm(x, torch.zeros(4, dtype=torch.float64), epsilon=1e-3)
    torch.testing.assert_close(mean, x.mean((0, 2, 3)).detach())
    torch.testing.assert_close(rstd**-2 - 1e-3, x.var((0, 2, 3), correction=0).detach())
