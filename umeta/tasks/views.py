"""The images of augmented tasks: random views, made once pixels are gathered."""

import numpy as np
import torch
from jaxtyping import UInt8
from torch import Tensor

from umeta.data.augmentation import augment
from umeta.randomness import Stream, torch_generator
from umeta.tasks.task import Views

Rows = UInt8[Tensor, "n_tasks n_way _ channels height width"]


def with_views(support: Rows, query: Rows, views: Views) -> tuple[Rows, Rows]:
    """Replace the images of each row that are views by random views of themselves; the inputs stay as they are."""
    n_shot = support.shape[2]
    images = torch.cat([support, query], dim=2)
    is_view = views.is_view
    if is_view is None:
        is_view = np.broadcast_to(np.arange(images.shape[2]) > 0, images.shape[:3])
    for task, seed in enumerate(views.seeds.tolist()):
        generator = torch_generator(seed, Stream.VIEWS)
        places = torch.from_numpy(np.flatnonzero(is_view[task])).to(images.device)
        shown = images[task].flatten(0, 1)
        seen = augment(shown[places] / 255, views.policy, generator=generator, strength=views.strength)
        shown[places] = (seen * 255).round().to(torch.uint8)
    return images[:, :, :n_shot], images[:, :, n_shot:]
