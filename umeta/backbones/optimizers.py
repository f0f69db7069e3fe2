"""Adam and SGD as torch has them, without its compiler.

To be exempt from compilation, torch's own import the compiler first: a second and 100 MB in each process that trains,
where umeta compiles nothing. These are the same methods without the exemption.
"""

from inspect import unwrap

import torch
from torch.optim import Optimizer


class _NotCompiled(Optimizer):
    add_param_group = unwrap(Optimizer.add_param_group)
    load_state_dict = unwrap(Optimizer.load_state_dict)
    state_dict = unwrap(Optimizer.state_dict)
    zero_grad = unwrap(Optimizer.zero_grad)


class Adam(_NotCompiled, torch.optim.Adam):
    """Adam (Kingma, Ba 2015)."""

    step = torch.no_grad()(unwrap(torch.optim.Adam.step))


class SGD(_NotCompiled, torch.optim.SGD):
    """Stochastic gradient descent, with momentum if asked."""

    step = torch.no_grad()(unwrap(torch.optim.SGD.step))
