"""Tasks of random points around random class centres."""

import torch
from torch import Tensor


def random_tasks(
    n_tasks: int, n_way: int, n_shot: int, dim: int, scale: float, seed: int = 0
) -> tuple[Tensor, Tensor]:
    """Return support (n_tasks, n_way, n_shot, dim) and queries (n_tasks, 2 n_way, dim) about the point 1."""
    generator = torch.Generator().manual_seed(seed)
    centres = torch.randn(n_tasks, n_way, 1, dim, generator=generator)
    support = centres + torch.randn(n_tasks, n_way, n_shot, dim, generator=generator)
    queries = centres + torch.randn(n_tasks, n_way, 2, dim, generator=generator)
    return scale * support + 1, scale * queries.flatten(1, 2) + 1
