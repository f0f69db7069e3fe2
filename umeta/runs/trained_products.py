"""What is trained once and then used on other images and tasks: encoders and learners."""

from collections.abc import Callable
from functools import cache

import numpy as np
import torch
from jaxtyping import Float32, UInt8

from umeta.cache import Arrays, Home
from umeta.data import Dataset, ImageSet
from umeta.encoders import Encoder
from umeta.learners import LearnerState
from umeta.learners.training import new_state
from umeta.runs.config import RunConfig
from umeta.runs.made_once import made_once
from umeta.runs.products import embedding_key, learner_key
from umeta.stage import OnStep, ignore_step


def encoding(
    dataset: Dataset, encoder: Encoder, home: Home, *, device: torch.device
) -> Callable[[UInt8[torch.Tensor, "n_images channels height width"]], Float32[torch.Tensor, "n_images dim"]]:
    """Return a function that embeds any images by an encoder that was fitted on the meta_train images before."""
    key = embedding_key(dataset, encoder.as_fitted(), device)

    def fit() -> Arrays:
        return encoder.fit(dataset.images.take(dataset.items("meta_train")), device=device)

    @cache
    def state() -> Arrays:
        return home.weights("encoders", key, fit)

    def encode(
        images: UInt8[torch.Tensor, "n_images channels height width"],
    ) -> Float32[torch.Tensor, "n_images dim"]:
        numbered = ImageSet(dataset.images.name, images.cpu().numpy(), [f"{k}" for k in range(len(images))])
        return torch.from_numpy(np.array(encoder.encode(state(), numbered, device=device)))

    return encode


def trained(
    dataset: Dataset,
    config: RunConfig,
    home: Home,
    *,
    true_classes: bool,
    device: torch.device,
    train: Callable[[], LearnerState],
    on_step: OnStep = ignore_step,
) -> LearnerState:
    """Return the trained learner of a run; `train` is called if no run has trained it before or is doing so."""

    def weights() -> Arrays:
        state = train()
        tensors = {f"weights/{name}": tensor for name, tensor in state.weights.items()}
        tensors |= {f"statistics/{name}": tensor for name, tensor in state.statistics.items()}
        return {name: tensor.detach().cpu().numpy() for name, tensor in tensors.items()}

    key = learner_key(dataset, config, device, true_classes=true_classes)
    with made_once(home, "learners", key, on_step, called="a learner"):
        arrays = home.weights("learners", key, weights)
    state = new_state(config.learner, dataset.images, config.task.n_way, seed=config.seed, device=device)
    with torch.no_grad():
        for name, weight in state.weights.items():
            weight.copy_(torch.from_numpy(np.array(arrays[f"weights/{name}"])))
    statistics = [name for name in arrays if name.startswith("statistics/")]
    state.statistics = {
        name.partition("/")[2]: torch.from_numpy(np.array(arrays[name])).to(device) for name in statistics
    }
    state.step = config.learner.iterations
    return state
