"""The gradient of tasks' losses on their support, and its derivative along a direction, without a graph of autograd.

Second-order MAML needs both in every inner step. The activations of the first are kept; for the second, their
derivatives along the direction go forwards beside them, and those of the gradients backwards.

Reference: Pearlmutter, "Fast Exact Multiplication by the Hessian", Neural Computation 1994.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

from umeta.backbones import Conv4, Moments
from umeta.backbones.block_derivatives import (
    Activations,
    Block,
    PerChannel,
    activate_along,
    activate_back,
    convolve,
    forward,
    gradient_at_input,
    gradient_at_kernels,
    normalise_back,
    values_per_channel,
)

Named = Mapping[str, Tensor]
"""Weights, each with a leading axis of tasks, or the like by their names."""


@dataclass(frozen=True)
class SupportGradient:
    """A gradient and what it was made of."""

    gradient: dict[str, Tensor]
    """By the names of the convolutions and of the head."""
    blocks: list[Block]
    at_convolutions: list[Activations]
    """The gradient at what each convolution gave."""
    at_outputs: list[Activations]
    """The gradient at what each block gave."""
    means: list[PerChannel]
    """The mean over each channel of z times the gradient at z."""
    sums: list[PerChannel]
    """The sum over each channel of the gradient at z."""
    features: Float[Tensor, "n_tasks n_items n_features"]
    probabilities: Float[Tensor, "n_tasks n_items n_way"]
    at_logits: Float[Tensor, "n_tasks n_items n_way"]


def support_gradient(
    network: Conv4, weights: Named, images: Activations, moments: Sequence[Moments] | None = None
) -> SupportGradient:
    """Return the gradient of `few_shot_loss` at the convolutions and the head.

    Args:
        network: one whose batch norms have no scale.
        weights: its head has as many outputs as the tasks have ways.
        images: as `Conv4.lay_out` returns them; those of a task are ordered by class.
        moments: what each batch norm normalises by; None for those of each task's own images.
    """
    n_tasks, n_way = weights["head.bias"].shape
    blocks: list[Block] = []
    for number, given in enumerate(moments or [None] * 4, start=1):
        x = blocks[-1].out if blocks else images
        kernels, shift = weights[f"conv{number}.weight"], weights[f"norm{number}.shift"]
        blocks.append(forward(network, x, kernels, shift, given))
    features = network.features(blocks[-1].out, n_tasks)
    head = weights["head.weight"]
    probabilities = torch.baddbmm(weights["head.bias"][:, None], features, head.mT).softmax(-1)
    at_logits = (probabilities - _targets(probabilities)) * (n_way / len(images))
    gradient = {"head.weight": at_logits.mT @ features, "head.bias": at_logits.sum(1)}
    g = network.features_back(at_logits @ head, blocks[-1].out)
    at_convolutions, at_outputs, means, sums = [], [], [], []
    for number in range(len(blocks), 0, -1):
        block, kernels = blocks[number - 1], weights[f"conv{number}.weight"]
        at_a, mean, total = normalise_back(block, activate_back(block, g))
        for kept, value in ((at_convolutions, at_a), (at_outputs, g), (means, mean), (sums, total)):
            kept.insert(0, value)
        gradient[f"conv{number}.weight"] = gradient_at_kernels(network, at_a, block.x, kernels)
        if number > 1:  # nothing asks for the gradient at the images
            g = gradient_at_input(network, at_a, block.x, kernels)
    kept = (at_convolutions, at_outputs, means, sums)
    return SupportGradient(gradient, blocks, *kept, features, probabilities, at_logits)


def gradient_along(
    network: Conv4, weights: Named, found: SupportGradient, direction: Named
) -> dict[str, Tensor]:
    """Return the derivative of a gradient as the adapted weights move along a direction.

    Args:
        network: as given to `support_gradient`, without moments.
        weights: as given to it.
        found: what it returned.
        direction: by the names of the convolutions and of the head.

    Returns:
        By these names the Hessian times the direction, and by those of the shifts the mixed second derivatives times
        it.
    """
    x_dots, z_dots, changes = _activations_along(network, weights, found, direction)
    p, head, head_dot = found.probabilities, weights["head.weight"], direction["head.weight"]
    features_dot = network.features(x_dots[-1], len(head))
    logits_dot = torch.baddbmm(direction["head.bias"][:, None], found.features, head_dot.mT)
    logits_dot += features_dot @ head.mT
    scale = p.shape[-1] / p.shape[1]
    at_logits_dot = p * (logits_dot - (p * logits_dot).sum(-1, keepdim=True)) * scale
    along = {
        "head.weight": at_logits_dot.mT @ found.features + found.at_logits.mT @ features_dot,
        "head.bias": at_logits_dot.sum(1),
    }
    at_features_dot = at_logits_dot @ head + found.at_logits @ head_dot
    g_dot = network.features_back(at_features_dot, found.blocks[-1].out)
    for number in range(len(found.blocks), 0, -1):
        own, name = number - 1, f"conv{number}.weight"
        block, at_a, (of_r, *factors) = found.blocks[own], found.at_convolutions[own], changes[own]
        # B is linear: what the change of r makes of a gradient is added before it, where pooling has left few values
        g_dot.addcmul_(found.at_outputs[own], of_r[:, None, None])
        at_a_dot, _, to_shift = normalise_back(block, activate_back(block, g_dot))
        along[f"norm{number}.shift"] = (to_shift - of_r * found.sums[own]).view(len(head), -1)
        for value, factor in zip((z_dots[own], block.z), factors, strict=True):
            at_a_dot.addcmul_(value, factor[:, None, None])
        along[name] = gradient_at_kernels(network, at_a_dot, block.x, weights[name])
        if number > 1:
            along[name] += gradient_at_kernels(network, at_a, x_dots[number - 2], weights[name])
            g_dot = gradient_at_input(network, at_a_dot, block.x, weights[name])
            g_dot += gradient_at_input(network, at_a, block.x, direction[name])
    return along


def _activations_along(
    network: Conv4, weights: Named, found: SupportGradient, direction: Named
) -> tuple[list[Activations], list[Activations], list[tuple[PerChannel, PerChannel, PerChannel]]]:
    """Return the derivatives of each block's output and z, and how `normalise_back` itself changes.

    For its constant g, r (g − ḡ − z mean(g z)) changes with r, with z, and with the mean, by these factors of its
    value, of the derivative of z, and of z.
    """
    x_dots, z_dots, changes = [], [], []
    for number, block in enumerate(found.blocks, start=1):
        name = f"conv{number}.weight"
        a_dot = convolve(network, block.x, direction[name])
        if x_dots:
            a_dot += convolve(network, x_dots[-1], weights[name])
        z_dot, mean_za_dot, _ = normalise_back(block, a_dot)
        x_dot = activate_along(block, z_dot)
        # B is symmetric: mean(B(g) a') = mean(g z'), and where pooling or the ReLU cut z off, g is 0
        mean_gz_dot = (found.at_outputs[number - 1] * x_dot).sum((0, 2, 3)) / values_per_channel(a_dot)
        changes.append(tuple(-block.r * mean for mean in (mean_za_dot, found.means[number - 1], mean_gz_dot)))
        z_dots.append(z_dot)
        x_dots.append(x_dot)
    return x_dots, z_dots, changes


def _targets(probabilities: Tensor) -> Tensor:
    """Return the one-hot targets of items ordered by class, (n_items, n_way)."""
    n_items, n_way = probabilities.shape[1:]
    eye = torch.eye(n_way, dtype=probabilities.dtype, device=probabilities.device)
    return eye.repeat_interleave(n_items // n_way, 0)
