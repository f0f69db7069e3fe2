"""MAML as a user would write it: a functional Conv-4, and autograd or `torch.func` through a loop of gradient steps.

`plain_gradients` goes through the tasks one after the other, as learn2learn's examples do; `vmap_gradients` takes them
in parallel, as the example of torch.func does. Both compute what `umeta.learners.maml` computes.
"""

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor

from umeta.backbones import Conv4

Named = dict[str, Tensor]


def forward(network: Conv4, weights: Named, images: Tensor) -> Tensor:
    """Return the logits of images (n_items, channels, height, width), normalised by themselves."""
    x = images
    for block in range(1, 5):
        x = F.conv2d(x, weights[f"conv{block}.weight"], stride=1 if network.pooled else 2, padding=1)
        shift = weights[f"norm{block}.shift"]
        scale = torch.ones_like(shift)  # on a GPU the second derivative asks for one
        x = F.batch_norm(x, None, None, scale, shift, training=True, eps=network.epsilon)
        x = F.relu(x)
        x = F.max_pool2d(x, 2) if network.pooled else x
    x = x.flatten(1) if network.pooled else x.mean((2, 3))
    return F.linear(x, weights["head.weight"], weights["head.bias"])


def task_loss(network: Conv4, weights: Named, images: Tensor, n_way: int) -> Tensor:
    """Return n_way times the mean cross-entropy of items that are ordered by class."""
    labels = torch.arange(n_way, device=images.device).repeat_interleave(len(images) // n_way)
    return n_way * F.cross_entropy(forward(network, weights, images), labels)


def plain_gradients(
    network: Conv4, weights: Named, support: Tensor, query: Tensor, n_way: int, *, lr: float, steps: int
) -> None:
    """Add the gradient of the mean query loss to that of the weights, by a loop over tasks.

    Args:
        network: the shape of the network.
        weights: the initial weights.
        support: images (n_tasks, n_items, channels, height, width).
        query: images (n_tasks, n_queries, channels, height, width).
        n_way: classes of a task.
        lr: step size of the inner loop.
        steps: of the inner loop.
    """
    for task_support, task_query in zip(support, query, strict=True):
        fast = plain_adapt(network, weights, task_support, n_way, lr=lr, steps=steps, second_order=True)
        (task_loss(network, fast, task_query, n_way) / len(support)).backward()


def plain_adapt(
    network: Conv4, weights: Named, support: Tensor, n_way: int, *, lr: float, steps: int, second_order: bool
) -> Named:
    """Return one task's weights after gradient descent on its support; the shifts of the batch norms stay."""
    moved = [name for name in weights if not name.startswith("norm")]
    fast = dict(weights)
    for _ in range(steps):
        loss = task_loss(network, fast, support, n_way)
        gradients = torch.autograd.grad(loss, [fast[name] for name in moved], create_graph=second_order)
        fast |= {name: fast[name] - lr * g for name, g in zip(moved, gradients, strict=True)}
        if not second_order:
            fast |= {name: fast[name].detach().requires_grad_() for name in moved}
    return fast


def vmap_adapt(network: Conv4, n_way: int, *, lr: float, steps: int) -> Callable[[Named, Tensor], Named]:
    """Return the function (weights, support) → adapted weights of one task, made of `torch.func.grad`."""

    def adapt(weights: Named, support: Tensor) -> Named:
        fixed = {name: weight for name, weight in weights.items() if name.startswith("norm")}
        fast = {name: weight for name, weight in weights.items() if name not in fixed}
        for _ in range(steps):
            gradients = torch.func.grad(lambda fast: task_loss(network, {**fixed, **fast}, support, n_way))(
                fast
            )
            fast = {name: weight - lr * gradients[name] for name, weight in fast.items()}
        return {**fixed, **fast}

    return adapt


def vmap_gradients(
    network: Conv4, weights: Named, support: Tensor, query: Tensor, n_way: int, *, lr: float, steps: int
) -> None:
    """Do what `plain_gradients` does with all tasks at once, by `torch.func.vmap`."""
    adapt = vmap_adapt(network, n_way, lr=lr, steps=steps)

    def query_loss(weights: Named, support: Tensor, query: Tensor) -> Tensor:
        return task_loss(network, adapt(weights, support), query, n_way)

    torch.func.vmap(query_loss, in_dims=(None, 0, 0))(weights, support, query).mean().backward()
