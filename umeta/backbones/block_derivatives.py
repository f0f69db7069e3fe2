"""A block of Conv-4, its derivative forwards and its gradient backwards, as single calls of native kernels.

What a gradient through gradients needs (`umeta.learners.support_gradient`) and autograd does not offer: it would
differentiate a graph of these kernels, with twice as many of them, and loop over the groups of a convolution.

Notation, for each channel of each task: a is the convolved input, z = (a − ā) r with r = 1/std, and the output is
relu(pool(z) + shift). The gradient at a is B(g) = r (g − ḡ − z mean(g z)) for the gradient g at z. B is symmetric, so
it also takes the derivative of a along a direction to that of z.
"""

from typing import NamedTuple

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor

from umeta.backbones.conv4 import Conv4, Moments

Activations = Float[Tensor, "n_items _ _ _"]
"""Items, the channels of all tasks side by side, height and width: as `Conv4.lay_out` returns images."""
PerChannel = Float[Tensor, " _"]
Kernels = Float[Tensor, "n_tasks _ _ 3 3"]


class Block(NamedTuple):
    """What a block computed from its input x."""

    x: Activations
    z: Activations
    r: PerChannel
    largest: Tensor | None
    """Where in its window each value lay that pooling kept; None without pooling."""
    out: Activations
    own_moments: bool
    """Whether it was normalised by the images themselves, not by given moments."""


def forward(
    network: Conv4, x: Activations, kernels: Kernels, shift: Tensor, moments: Moments | None
) -> Block:
    """Run one block of a network whose batch norms have no scale."""
    a = convolve(network, x, kernels)
    if moments is None:
        z, _, r = torch.native_batch_norm(a, None, None, None, None, True, 0.0, network.epsilon)
    else:
        mean, variance = (value.expand(len(kernels), -1).flatten() for value in moments)
        r = torch.rsqrt(variance + network.epsilon)
        z = (a - mean[:, None, None]) * r[:, None, None]
    pooled, largest = F.max_pool2d_with_indices(z, [2, 2]) if network.pooled else (z, None)
    out = (pooled + shift.flatten()[:, None, None]).relu_()
    return Block(x, z, r, largest, out, moments is None)


def convolve(network: Conv4, x: Activations, kernels: Kernels) -> Activations:
    """Convolve each task's images with its kernels."""
    return torch.conv2d(x, kernels.flatten(0, 1), stride=network.stride, padding=1, groups=len(kernels))


def gradient_at_input(network: Conv4, g: Activations, x: Activations, kernels: Kernels) -> Activations:
    """Return the gradient at what was convolved, given that at the result."""
    return _convolution_backward(network, g, x, kernels, output=0)


def gradient_at_kernels(network: Conv4, g: Activations, x: Activations, kernels: Kernels) -> Kernels:
    """Return the gradient at the kernels, given that at the result."""
    return _convolution_backward(network, g, x, kernels, output=1).view_as(kernels)


def _convolution_backward(
    network: Conv4, g: Activations, x: Activations, kernels: Kernels, *, output: int
) -> Tensor:
    stride, wanted = [network.stride] * 2, [output == 0, output == 1, False]
    return torch.ops.aten.convolution_backward(
        g, x, kernels.flatten(0, 1), None, stride, [1, 1], [1, 1], False, [0, 0], len(kernels), wanted
    )[output]


def normalise_back(block: Block, g: Activations) -> tuple[Activations, PerChannel, PerChannel]:
    """Return B(g), mean(g z), and Σ g, which is the gradient at the shift.

    Given moments are constants: B(g) is then r g, and the mean, which nothing depends on, is left at 0.
    """
    zeros = torch.zeros_like(block.r)
    if not block.own_moments:
        return g * block.r[:, None, None], zeros, g.sum((0, 2, 3))
    # z has mean 0 and, up to epsilon, 1/std 1, and r takes the place of the scale
    to_a, sum_gz, sum_g = torch.ops.aten.native_batch_norm_backward(
        g, block.z, block.r, None, None, zeros, zeros + 1, True, 0.0, [True, True, True]
    )
    return to_a, sum_gz / values_per_channel(g), sum_g


def activate_back(block: Block, g: Activations) -> Activations:
    """Return the gradient at z, given that at the output."""
    g = torch.ops.aten.threshold_backward(g, block.out, 0)
    if block.largest is None:
        return g
    return torch.ops.aten.max_pool2d_with_indices_backward(
        g, block.z, [2, 2], [2, 2], [0, 0], [1, 1], False, block.largest
    )


def activate_along(block: Block, z_dot: Activations) -> Activations:
    """Return the derivative of the output along a direction, given that of z."""
    if block.largest is not None:
        z_dot = z_dot.flatten(2).gather(2, block.largest.flatten(2)).view_as(block.largest)
    return torch.ops.aten.threshold_backward(z_dot, block.out, 0)


def values_per_channel(x: Activations) -> int:
    """Return how many values a batch norm takes the mean of."""
    return x.numel() // x.shape[1]
