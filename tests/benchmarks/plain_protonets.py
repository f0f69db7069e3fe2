"""ProtoNets as a user of easyfsl trains them: the paper's Conv-4, easyfsl's sampler and classifier, an episode a step.

The classifier is given features, as easyfsl allows, so that support and queries pass the backbone together and are
normalised together, as ours are. Its scores are negative distances, which are squared here as the paper has them.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset

from tests.benchmarks.peer_modules import peer_module
from tests.benchmarks.plain_maml import Named
from umeta.backbones import to_pixels
from umeta.learners.protonets import network_for, prototype_scores
from umeta.tasks import TaskConfig


class PlainProtoNets:
    """A backbone in training."""

    def __init__(self, item_shape: tuple[int, int, int], *, generator: torch.Generator, device: torch.device):
        """Start from the weights that our network of this shape draws with the generator."""
        weights = network_for(item_shape, n_filters=64).init(generator=generator, device=device)
        self.backbone = conv4(item_shape[0]).to(device)
        with torch.no_grad():
            for name, parameter in self.weights.items():
                parameter.copy_(weights[name])
        self.optimizer = torch.optim.Adam(self.backbone.parameters(), lr=1e-3, fused=True)

    @property
    def weights(self) -> Named:
        """The parameters, by the names of our network's weights."""
        parts = ("conv{}.weight", "norm{}.scale", "norm{}.shift")
        names = [part.format(block) for block in range(1, 5) for part in parts]
        return dict(zip(names, self.backbone.parameters(), strict=True))

    def step(self, support: Tensor, support_labels: Tensor, query: Tensor, query_labels: Tensor) -> float:
        """Take a step on one episode and return its loss; images are in [0, 1]."""
        features = self.backbone.train()(torch.cat([support, query]))
        classifier = peer_module("easyfsl.methods").PrototypicalNetworks()
        classifier.process_support_set(features[: len(support)], support_labels)
        loss = F.cross_entropy(-classifier(features[len(support) :]).square(), query_labels)
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        return loss.item()


def conv4(channels: int, n_filters: int = 64) -> nn.Sequential:
    """Return four blocks of convolution, batch norm, ReLU and 2×2 max-pooling, and their flattened output."""
    layers: list[nn.Module] = []
    for n_in in (channels, *[n_filters] * 3):
        convolution = nn.Conv2d(n_in, n_filters, 3, padding=1, bias=False)  # the batch norm takes a bias away
        layers += [convolution, nn.BatchNorm2d(n_filters), nn.ReLU(), nn.MaxPool2d(2)]
    return nn.Sequential(*layers, nn.Flatten())


@dataclass(frozen=True)
class BackboneClassifier:
    """A backbone as umeta's evaluation takes it: features by running statistics, and the nearest prototype."""

    backbone: nn.Module

    def embed(self, items: Tensor) -> Tensor:
        """Return the features of images (n_items, channels, height, width)."""
        with torch.inference_mode():
            return self.backbone.eval()(to_pixels(items))

    def scores(self, support: Tensor, queries: Tensor) -> Tensor:
        """Return the negative squared distances to the means of the support."""
        return prototype_scores(support, queries)


class LabelledImages(Dataset[Any]):
    """Some images of a set, one by one as pixels in [0, 1], each with its class."""

    def __init__(self, images: np.ndarray, items: Sequence[int], labels: Sequence[int]):
        self.images, self.items, self.labels = torch.from_numpy(np.array(images)), items, labels

    def __len__(self) -> int:
        return len(self.items)

    def __getitem__(self, item: int) -> tuple[Tensor, int]:
        return to_pixels(self.images[self.items[item]]), self.labels[item]


def episodes_of(
    dataset: LabelledImages, shape: TaskConfig, n_episodes: int, device: torch.device
) -> Iterator[list[Tensor]]:
    """Yield easyfsl's episodes: support, its labels, queries, their labels."""
    random.seed(0)  # which easyfsl draws from
    sampler = task_sampler(dataset.labels, shape, n_episodes)
    for episode in DataLoader(dataset, batch_sampler=sampler, collate_fn=sampler.episodic_collate_fn):
        yield [part.to(device) for part in episode[:4]]


def task_sampler(labels: Sequence[int], shape: TaskConfig, n_tasks: int) -> Any:
    """Return easyfsl's sampler of tasks over labelled items.

    Its `__init__` (1.5.0) hands torch's base class an argument that torch no longer takes, so it is set up by hand.
    """
    kind = peer_module("easyfsl.samplers").TaskSampler
    sampler = kind.__new__(kind)
    members: dict[int, list[int]] = {}
    for item, label in enumerate(labels):
        members.setdefault(label, []).append(item)
    vars(sampler).update(shape.model_dump(), n_tasks=n_tasks, items_per_label=members)
    return sampler
