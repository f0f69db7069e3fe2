"""The images of augmented tasks: random views, made once pixels are gathered."""

import torch
from jaxtyping import UInt8
from torch import Tensor

from umeta.data.augmentation import augment
from umeta.randomness import Stream, torch_generator
from umeta.tasks.task import Views

Rows = UInt8[Tensor, "n_tasks n_way _ channels height width"]


def with_views(support: Rows, query: Rows, views: Views) -> tuple[Rows, Rows]:
    """Replace every image but the first of each row by a random view of it; the inputs stay as they are."""
    n_shot = support.shape[2]
    images = torch.cat([support, query], dim=2)
    for task, seed in enumerate(views.seeds.tolist()):
        generator = torch_generator(seed, Stream.VIEWS)
        copies = images[task, :, 1:]
        seen = augment(copies.flatten(0, 1) / 255, views.policy, generator=generator, strength=views.strength)
        images[task, :, 1:] = (seen * 255).round().to(torch.uint8).view_as(copies)
    return images[:, :, :n_shot], images[:, :, n_shot:]
