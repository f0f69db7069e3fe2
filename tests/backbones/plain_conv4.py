"""The slow plain reference: one task at a time, every layer spelled out, biases included."""

import torch
import torch.nn.functional as F

from umeta.backbones import Conv4


def plain_forward(network: Conv4, weights: dict, images: torch.Tensor) -> torch.Tensor:
    """Run one network on images (n, c, h, w) by the definition of each layer."""
    x = images
    for block in range(1, 5):
        x = F.conv2d(x, weights[f"conv{block}.weight"], stride=1 if network.pooled else 2, padding=1)
        x = x + weights.get(f"conv{block}.bias", torch.zeros(()))
        mean = x.mean((0, 2, 3), keepdim=True)
        variance = ((x - mean) ** 2).mean((0, 2, 3), keepdim=True)
        x = (x - mean) / torch.sqrt(variance + network.epsilon)
        if network.scaled:
            x = x * weights[f"norm{block}.scale"][:, None, None]
        x = torch.relu(x + weights[f"norm{block}.shift"][:, None, None])
        if network.pooled:
            x = F.max_pool2d(x, 2)
    x = x.flatten(1) if network.pooled else x.mean((2, 3))
    return x @ weights["head.weight"].T + weights["head.bias"] if network.n_out else x


def plain_meta_gradient(network, weights, support, query, n_way, *, lr, steps):
    """Return the mean query loss and its gradient with respect to the initial weights, by a loop over tasks."""
    names = list(weights)
    total = torch.zeros((), dtype=support.dtype)
    for one_support, one_query in zip(support, query, strict=True):
        fast = dict(weights)
        for _ in range(steps):
            loss = summed_loss(plain_forward(network, fast, one_support.flatten(0, 1))[:, :n_way], n_way)
            adapted = [name for name in names if not name.startswith("norm")]
            gradients = torch.autograd.grad(loss, [fast[name] for name in adapted], create_graph=True)
            for name, gradient in zip(adapted, gradients, strict=True):
                fast[name] = fast[name] - lr * gradient
        logits = plain_forward(network, fast, one_query.flatten(0, 1))[:, :n_way]
        total = total + summed_loss(logits, n_way) / len(support)
    return total, dict(zip(names, torch.autograd.grad(total, list(weights.values())), strict=True))


def summed_loss(logits, n_way):
    """Sum the cross-entropies over the N·K items and divide by K."""
    per_class = len(logits) // n_way
    labels = torch.arange(n_way).repeat_interleave(per_class)
    return -torch.log_softmax(logits, -1)[torch.arange(len(logits)), labels].sum() / per_class
