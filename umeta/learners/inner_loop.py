"""The inner loop of MAML: gradient descent on the support of many tasks at once, each task with weights of its own."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor

from umeta.backbones.conv4 import Conv4, Moments, Weights, linear_head

ACTIVATIONS_AT_ONCE = 2**21
"""First-block activations of the tasks adapted together, 8 MB: measured fastest; far larger tensors are slower."""


def adapt(
    network: Conv4,
    weights: Weights,
    support: Float[Tensor, "n_tasks n_items channels height width"],
    n_way: int,
    *,
    lr: float,
    steps: int,
    second_order: bool,
    head_only: bool = False,
    moments: Sequence[Moments] | None = None,
    watch: Callable[[Weights], None] | None = None,
) -> dict[str, Tensor]:
    """Return each task's weights after gradient descent on its support; those of the batch norms stay as they are.

    Args:
        network: what the weights are of.
        weights: where to start, shared or with a leading axis of tasks.
        support: the items of class 0, then those of class 1, …, as many of each.
        n_way: how many of the head's outputs are used, the first; any others are cut off.
        lr: step size for `few_shot_loss`, which is n_way times the mean cross-entropy.
        steps: gradient steps.
        second_order: keep the graph, so that gradients flow through the result to `weights`.
        head_only: leave the convolutions alone too; the support then passes them once, not once a step.
        moments: what each batch norm normalises by; None for those of each task's support.
        watch: gets each task's weights before the first step and after every step; the next step may overwrite them.
    """
    frozen = ("norm", "conv") if head_only else ("norm",)
    fixed = {name: weight for name, weight in weights.items() if name.startswith(frozen)}
    fast = {
        name: _per_task(name, weights[name], len(support), n_way) for name in weights if name not in fixed
    }
    with torch.set_grad_enabled(second_order):
        features = replace(network, n_out=0)(weights, support, moments) if head_only else support

    def logits(fast: Weights) -> Tensor:
        return linear_head(features, fast) if head_only else network({**fixed, **fast}, features, moments)

    with torch.enable_grad():
        _show(watch, {**fixed, **fast})
        for _ in range(steps):
            fast = _gradient_step(fast, logits, n_way, lr, second_order)
            _show(watch, {**fixed, **fast})
    adapted = {**fixed, **fast}
    return adapted if second_order else {name: weight.detach() for name, weight in adapted.items()}


def _gradient_step(
    fast: dict[str, Tensor],
    logits: Callable[[Weights], Tensor],
    n_way: int,
    lr: float,
    second_order: bool,
) -> dict[str, Tensor]:
    """Return the weights after one step; without `second_order` they are changed in place, and no graph is kept."""
    if not second_order:
        fast = {name: weight.detach().requires_grad_() for name, weight in fast.items()}
    loss = few_shot_loss(logits(fast), n_way)
    gradients = torch.autograd.grad(loss, list(fast.values()), create_graph=second_order)
    pairs = zip(fast.items(), gradients, strict=True)
    if second_order:
        return {name: torch.sub(weight, gradient, alpha=lr) for (name, weight), gradient in pairs}
    with torch.no_grad():
        for (_, weight), gradient in pairs:
            weight.sub_(gradient, alpha=lr)
    return fast


@torch.no_grad()
def _show(watch: Callable[[Weights], None] | None, weights: Weights) -> None:
    if watch is not None:
        watch(weights)


def few_shot_loss(logits: Float[Tensor, "n_tasks n_items n_way"], n_way: int) -> Float[Tensor, ""]:
    """Return the sum over tasks of n_way × the mean cross-entropy of a task's items, ordered by class.

    It is the sum over a task's N·K items divided by K, as in the authors' code, whose step sizes assume it.
    """
    n_tasks, n_items, _ = logits.shape
    labels = torch.arange(n_way, device=logits.device).repeat_interleave(n_items // n_way).repeat(n_tasks)
    return F.cross_entropy(logits.flatten(0, 1), labels, reduction="sum") * (n_way / n_items)


def tasks_at_once(
    network: Conv4, item_shape: Sequence[int], n_items: int, activations: int = ACTIVATIONS_AT_ONCE
) -> int:
    """Return how many tasks of n_items images to work on together, so that memory stays small."""
    height, width = item_shape[-2:]
    stride = 1 if network.pooled else 2
    return max(1, activations // (n_items * network.n_filters * (height // stride) * (width // stride)))


def _per_task(name: str, weight: Tensor, n_tasks: int, n_way: int) -> Tensor:
    ndim = {"conv": 4, "head.weight": 2, "head.bias": 1}["conv" if name.startswith("conv") else name]
    if weight.dim() == ndim:
        weight = weight.expand(n_tasks, *weight.shape)
    return weight[:, :n_way].clone() if name.startswith("head") else weight.clone()
