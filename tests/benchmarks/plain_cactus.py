"""CACTUs as one puts it together from other packages: PIL, scikit-learn, easyfsl, and learn2learn's loop of MAML.

Each training is an iterator of parts: the first prepares the clusters, each other takes some steps, and all return a
classifier of what has been learned so far.
"""

from collections.abc import Generator

import numpy as np
import torch
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA

from tests.benchmarks.data import read_one_by_one
from tests.benchmarks.plain_maml import plain_gradients
from tests.benchmarks.plain_protonets import (
    BackboneClassifier,
    LabelledImages,
    PlainProtoNets,
    episodes_of,
)
from umeta.api import Data
from umeta.backbones import maml_conv4
from umeta.learners import LearnerState
from umeta.learners.maml import Maml
from umeta.tasks import FewShotClassifier, TaskConfig

N_CLUSTERS, DIM = 500, 64
STEPS = 20
"""Of a part."""
PROTONETS_TASK = TaskConfig(n_way=20, n_shot=1, n_query=15)
MAML_TASK = TaskConfig(n_way=5, n_shot=1, n_query=5)
FOR_EVER = 10**9


def protonets(data: Data, device: torch.device) -> Generator[FewShotClassifier]:
    """Train easyfsl's ProtoNets on clusters."""
    clustered = clusters(data, PROTONETS_TASK.items_per_class)
    generator = torch.Generator().manual_seed(0)
    plain = PlainProtoNets(data.images.item_shape, generator=generator, device=device)
    yield BackboneClassifier(plain.backbone)
    for step, episode in enumerate(episodes_of(clustered, PROTONETS_TASK, FOR_EVER, device), start=1):
        plain.step(*episode)
        if step % STEPS == 0:
            yield BackboneClassifier(plain.backbone)


def maml(data: Data, device: torch.device) -> Generator[FewShotClassifier]:
    """Train MAML on clusters, with the settings of the paper."""
    clustered, learner = clusters(data, MAML_TASK.items_per_class), Maml()
    network = maml_conv4(data.images.item_shape, learner.n_filters, MAML_TASK.n_way)
    drawn = network.init(generator=torch.Generator().manual_seed(0), device=device)
    weights = {name: weight.requires_grad_() for name, weight in drawn.items()}
    adam = torch.optim.Adam(weights.values(), lr=learner.lr, fused=True)
    so_far = learner.classifier(LearnerState(weights, {}, adam), batch_norm="transductive")
    yield so_far
    episodes = episodes_of(clustered, MAML_TASK, FOR_EVER, device)
    for step, first in enumerate(episodes, start=1):
        batch = [first, *(next(episodes) for _ in range(learner.tasks_per_step - 1))]
        support, query = (torch.stack([episode[part] for episode in batch]) for part in (0, 2))
        adam.zero_grad()
        plain_gradients(
            network, weights, support, query, MAML_TASK.n_way, lr=learner.inner_lr, steps=learner.inner_steps
        )
        adam.step()
        if step % STEPS == 0:
            yield so_far


def clusters(data: Data, at_least: int) -> LabelledImages:
    """Read the files, and cluster the images of meta_train; clusters of fewer images than a task asks for are left out.

    What is read are the images of `data` (`umeta bench data` finds them equal), in an order of their own.
    """
    read_one_by_one()
    items = data.meta_train
    pixels = data.images.images[items].reshape(len(items), -1) / np.float32(255)
    vectors = PCA(DIM, random_state=0).fit_transform(pixels)
    labels = KMeans(N_CLUSTERS, init="random", random_state=0).fit_predict(vectors)
    usable = np.bincount(labels)[labels] >= at_least
    return LabelledImages(data.images.images, items[usable].tolist(), labels[usable].tolist())
