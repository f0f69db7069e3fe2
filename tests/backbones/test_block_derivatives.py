import torch

from umeta.backbones import Moments
from umeta.backbones.block_derivatives import activate_along, activate_back, forward, normalise_back
from umeta.backbones.conv4 import pooled_conv4, strided_conv4


def random(*shape, seed=0):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


STRIDED = strided_conv4((1, 28, 28), n_filters=2, n_out=0)
POOLED = pooled_conv4((1, 28, 28), n_filters=2, scaled=False)
KERNELS = random(3, 2, 1, 3, 3, seed=1)  # of 3 tasks with 2 filters


def test_a_block_normalises_each_channel_of_each_task_then_pools_shifts_and_cuts():
    x, shift = random(4, 3, 6, 7), random(3, 2, seed=2)
    block = forward(POOLED, x, KERNELS, shift, None)
    a = torch.conv2d(x, KERNELS.flatten(0, 1), padding=1, groups=3)
    z = (a - a.mean((0, 2, 3))[:, None, None]) / (a.var((0, 2, 3), correction=0) + 1e-5).sqrt()[:, None, None]
    torch.testing.assert_close(block.z, z)
    expected = torch.relu(torch.max_pool2d(z + shift.flatten()[:, None, None], 2))
    torch.testing.assert_close(block.out, expected)


def test_normalising_back_gives_mean_0_and_nothing_along_z_and_is_symmetric():
    block = forward(STRIDED, random(4, 3, 8, 8), KERNELS, torch.zeros(3, 2, dtype=torch.float64), None)
    g, h = random(*block.z.shape, seed=3), random(*block.z.shape, seed=4)
    to_a, mean_gz, sum_g = normalise_back(block, g)
    torch.testing.assert_close(mean_gz, (g * block.z).mean((0, 2, 3)))
    torch.testing.assert_close(sum_g, g.sum((0, 2, 3)))
    by_channel = (0, 2, 3)
    assert to_a.sum(by_channel).abs().max() < 1e-12
    assert (to_a * block.z).mean(by_channel).abs().max() < 1e-2  # epsilon keeps a little
    torch.testing.assert_close((to_a * h).sum(by_channel), (g * normalise_back(block, h)[0]).sum(by_channel))


def test_given_moments_only_scale_the_gradient():
    moments = Moments(random(2), random(2, seed=5).abs())
    block = forward(STRIDED, random(4, 3, 8, 8), KERNELS, torch.zeros(3, 2, dtype=torch.float64), moments)
    g = random(*block.z.shape, seed=3)
    r = (moments.variance + 1e-3).rsqrt().repeat(3)[:, None, None]
    torch.testing.assert_close(normalise_back(block, g)[0], g * r)


def test_the_way_back_through_pool_and_cut_is_the_transpose_of_the_way_along():
    for network in (STRIDED, POOLED):
        block = forward(network, random(4, 3, 7, 6), KERNELS, random(3, 2, seed=2), None)
        g, z_dot = random(*block.out.shape, seed=3), random(*block.z.shape, seed=4)
        along = (activate_along(block, z_dot) * g).sum()
        torch.testing.assert_close(along, (z_dot * activate_back(block, g)).sum())
