"""How the step size changes in the course of a training."""

import math

import torch


def cosine(optimizer: torch.optim.Optimizer, lr: float, share: float) -> None:
    """Set the step size to half a cosine from `lr` to 0; `share` is how much of the training is done.

    Reference: Loshchilov, Hutter, "SGDR: Stochastic Gradient Descent with Warm Restarts", ICLR 2017, equation 5,
    without restarts.
    """
    now = lr * (1 + math.cos(math.pi * share)) / 2
    for group in optimizer.param_groups:
        if isinstance(group["lr"], torch.Tensor):  # a recorded update reads it where it is
            group["lr"].fill_(now)
        else:
            group["lr"] = now
