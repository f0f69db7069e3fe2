"""The inner loop of MAML: gradient descent on the support of many tasks at once, each task with weights of its own."""

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

import torch
import torch.nn.functional as F
from jaxtyping import Float, UInt8
from torch import Tensor
from torch.autograd import Function
from torch.autograd.function import once_differentiable

from umeta.backbones.conv4 import Conv4, Moments, Weights, linear_head
from umeta.cpu_threads import n_sides_of, side_by_side
from umeta.learners.support_gradient import SupportGradient, gradient_along, support_gradient

T = TypeVar("T")
ACTIVATIONS_AT_ONCE = 2**21
"""First-block activations of the tasks adapted together, 8 MB: measured fastest; far larger tensors are slower."""

Watch = Callable[[Weights], None]


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
    watch: Watch | None = None,
) -> dict[str, Tensor]:
    """Return each task's weights after gradient descent on its support; those of the batch norms stay as they are.

    Args:
        network: what the weights are of; its batch norms have no scale.
        weights: where to start, shared or with a leading axis of tasks.
        support: the items of class 0, then those of class 1, …, as many of each.
        n_way: how many of the head's outputs are used, the first; any others are cut off.
        lr: step size for `few_shot_loss`, which is n_way times the mean cross-entropy.
        steps: gradient steps.
        second_order: let gradients flow through the result to `weights`; not with `moments`.
        head_only: leave the convolutions alone too; the support then passes them once, not once a step.
        moments: what each batch norm normalises by; None for those of each task's support.
        watch: gets each task's weights before the first step and after every step; the next step may overwrite them.
    """
    start = {name: _per_task(name, weight, len(support), n_way) for name, weight in weights.items()}
    frozen = ("norm", "conv") if head_only else ("norm",)
    fixed = {name: weight for name, weight in weights.items() if name.startswith(frozen)}
    if head_only:
        adapted = _adapt_head(network, fixed, start, support, lr, steps, second_order, moments, watch)
    elif second_order:
        assert moments is None, "gradients of second order know no moments but those of the support"
        images = network.lay_out(support)
        outputs = _Descent.apply(network, images, lr, steps, watch, list(start), *start.values())
        adapted = dict(zip(start, outputs, strict=True))  # pyright: ignore[reportArgumentType]
    else:
        adapted = _descend(network, start, network.lay_out(support), lr, steps, moments, watch)
    adapted = {**adapted, **fixed}
    return adapted if second_order else {name: weight.detach() for name, weight in adapted.items()}


@torch.no_grad()
def _descend(
    network: Conv4,
    weights: dict[str, Tensor],
    images: Tensor,
    lr: float,
    steps: int,
    moments: Sequence[Moments] | None,
    watch: Watch | None,
) -> dict[str, Tensor]:
    """Take all steps in place."""
    _show(watch, weights)
    for _ in range(steps):
        for name, gradient in support_gradient(network, weights, images, moments).gradient.items():
            weights[name].sub_(gradient, alpha=lr)
        _show(watch, weights)
    return weights


class _Descent(Function):
    """All steps, kept so that gradients of second order go back through them.

    The gradient λ at the weights after a step is λ − lr H λ at those before it, with the Hessian H of the step's loss.
    """

    @staticmethod
    def forward(ctx, network, images, lr, steps, watch, names, *start):
        weights, taken = dict(zip(names, start, strict=True)), []
        _show(watch, weights)
        for _ in range(steps):
            found = support_gradient(network, weights, images)
            taken.append((weights, found))
            moved = {name: weights[name].sub(g, alpha=lr) for name, g in found.gradient.items()}
            weights = {**weights, **moved}
            _show(watch, weights)
        ctx.network, ctx.lr, ctx.names, ctx.taken = network, lr, names, taken
        return tuple(weights[name] for name in names)

    @staticmethod
    @once_differentiable
    def backward(ctx, *wanted):  # pyright: ignore[reportIncompatibleMethodOverride]
        taken: list[tuple[dict[str, Tensor], SupportGradient]] = ctx.taken
        ctx.taken = None  # a step's activations are let go as soon as it is done
        gradient = dict(zip(ctx.names, wanted, strict=True))
        while taken:
            weights, found = taken.pop()
            along = gradient_along(ctx.network, weights, found, gradient)
            gradient = {name: g.sub(along[name], alpha=ctx.lr) for name, g in gradient.items()}
        return *[None] * 6, *gradient.values()


def _adapt_head(
    network: Conv4,
    fixed: Weights,
    start: Weights,
    support: Tensor,
    lr: float,
    steps: int,
    second_order: bool,
    moments: Sequence[Moments] | None,
    watch: Watch | None,
) -> dict[str, Tensor]:
    """Take all steps of the last layer alone."""
    with torch.set_grad_enabled(second_order):
        features = replace(network, n_out=0)(fixed, support, moments)
    head = {name: start[name] for name in ("head.weight", "head.bias")}
    n_way = start["head.bias"].shape[1]
    with torch.enable_grad():
        _show(watch, {**fixed, **head})
        for _ in range(steps):
            if not second_order:
                head = {name: weight.detach().requires_grad_() for name, weight in head.items()}
            loss = few_shot_loss(linear_head(features, head), n_way)
            gradients = torch.autograd.grad(loss, list(head.values()), create_graph=second_order)
            pairs = zip(head.items(), gradients, strict=True)
            head = {name: weight.sub(gradient, alpha=lr) for (name, weight), gradient in pairs}
            _show(watch, {**fixed, **head})
    return head


@torch.no_grad()
def _show(watch: Watch | None, weights: Weights) -> None:
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
    pixels = (height // network.stride) * (width // network.stride)
    return max(1, activations // (n_items * network.n_filters * pixels))


def some_tasks_at_once(
    compute: Callable[[Tensor, Tensor], T],
    network: Conv4,
    support: UInt8[Tensor, "n_tasks n_way n_shot channels height width"],
    queries: UInt8[Tensor, "n_tasks n_queries channels height width"],
) -> list[T]:
    """Return what `compute` makes of support and queries, of so many tasks at a time that memory stays small."""
    n_tasks, n_way, n_shot, *item_shape = support.shape
    n_sides = n_sides_of(support.device)
    size = min(tasks_at_once(network, item_shape, n_way * n_shot), math.ceil(n_tasks / n_sides))
    parts = list(zip(support.split(size), queries.split(size), strict=True))
    return side_by_side(lambda part: compute(*part), parts, n_sides)


def weights_of(weights: Weights, tasks: slice) -> dict[str, Tensor]:
    """Return some tasks' weights; those that all tasks share stay as they are."""
    return {name: w[tasks] if w.dim() > _own_axes(name) else w for name, w in weights.items()}


def _per_task(name: str, weight: Tensor, n_tasks: int, n_way: int) -> Tensor:
    if weight.dim() == _own_axes(name):
        weight = weight.expand(n_tasks, *weight.shape)
    if name.startswith(
        "conv"
    ):  # the layout of the images, which each convolution would otherwise copy them to
        return weight.flatten(0, 1).clone(memory_format=torch.channels_last).unflatten(0, (n_tasks, -1))
    return weight[:, :n_way].clone() if name.startswith("head") else weight.clone()


def _own_axes(name: str) -> int:
    """Return how many axes a weight has without that of tasks."""
    return 4 if name.startswith("conv") else 2 if name == "head.weight" else 1
