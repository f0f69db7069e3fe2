"""DeepCluster: a network that learns to tell the clusters of its own features apart."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, ClassVar, Literal

import numpy as np
import torch
import torch.nn.functional as F
from jaxtyping import Float32, Int32, Int64, UInt8
from pydantic import Field
from torch import Tensor, nn

from umeta.backbones import to_pixels
from umeta.backbones.optimizers import SGD
from umeta.backbones.sobel import Sobel
from umeta.backbones.torch_modules import fresh, from_arrays, strided_stack, to_arrays
from umeta.data import ImageSet
from umeta.data.augmentation import PolicyName, augment
from umeta.encoders.encoder import State
from umeta.encoders.training import (
    Length,
    check_images,
    encode,
    montage,
    steps_for,
    train,
)
from umeta.randomness import Stream, drawn_seed, numpy_generator, torch_generator
from umeta.stage import Method, OnStep, Step, ignore_step
from umeta.vectors import kmeans
from umeta.vectors.whitening import Whitening

STEPS: Mapping[str, tuple[int, int]] = {
    "smoke": (10, 4),
    "short": (2_000, 600),
    "paper": (40_000, 40_000),
}
HEAD_SPREAD = 0.01  # of a new layer's weights: it begins by guessing evenly
MOMENTUM, WEIGHT_DECAY = 0.9, 1e-5
KMEANS_ITERATIONS = 20  # as its authors; it is run anew each round, so that more would be wasted
ROWS, COLUMNS = 6, 10  # of the live picture


class DeepCluster(Method):
    """A network that in each round learns to predict the k-means clusters of the features it had before the round.

    Features are reduced to `dim` principal components, whitened and scaled to length 1 before they are clustered, and
    so is the embedding. Each round starts with a new last layer and takes as many images as there are,
    changed at random by the augmentation policy, in equal numbers from each cluster, lest the network put all images
    into one. The normalised mutual information of a round's clusters with those before (`agreement`) rises as training
    works.

    Reference: Caron, Bojanowski, Joulin, Douze, "Deep Clustering for Unsupervised Learning of Visual Features",
    ECCV 2018; a small network instead of AlexNet.
    """

    code_version: ClassVar[int] = 2
    budgets: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        name: {"steps": name} for name in ("smoke", "short", "paper")
    }

    name: Literal["deepcluster"] = "deepcluster"
    dim: int = Field(default=256, ge=1)
    """Of the embedding; fewer where the features vary in fewer dimensions."""
    n_clusters: int | None = Field(default=None, ge=2)
    """None for one per 40 images, at most 500."""
    n_features: int = Field(default=512, ge=1)
    n_filters: int = Field(default=64, ge=1)
    sobel: bool | None = None
    """See edges in place of colours; None to do so for more than one channel."""
    batch_size: int = Field(default=256, ge=2)
    lr: float = Field(default=0.5, gt=0)
    """Ten times its authors', whose rounds are of a million images: in one of 22,000 it would learn nothing."""
    steps: Length = "short"
    augmentation: PolicyName = "auto"
    strength: float = Field(default=1.0, ge=0)
    seed: int = Field(default=0, ge=0)

    def fit(self, images: ImageSet, *, device: torch.device, on_step: OnStep = ignore_step) -> State:
        """Cluster the features and learn to predict the clusters, in turns; return network and last whitening."""
        check_images(images, self.name)
        seed = drawn_seed(self.seed, Stream.ENCODER)
        generator = torch_generator(seed, Stream.ENCODER_WEIGHTS)
        network = fresh(self._network(images), generator=generator, device=device).train()
        rounds = _Rounds(self, images, network, seed, steps_for(self.steps, images, STEPS), device, on_step)
        train(
            images,
            rounds.update,
            steps=rounds.steps,
            batch_size=self.batch_size,
            seed=seed,
            device=device,
            on_step=on_step,
            picture=rounds.picture,
            draw=rounds.draw,
        )
        whitening = rounds.whitening()
        return {**to_arrays(network, "network."), "mean": whitening.mean, "components": whitening.components}

    def encode(
        self, state: State, images: ImageSet, *, device: torch.device, on_step: OnStep = ignore_step
    ) -> Float32[np.ndarray, "n_items dim"]:
        """Return the network's features, reduced, whitened and scaled to length 1."""
        network = from_arrays(self._network(images), state, device=device, prefix="network.")
        features = encode(network, images, device=device, on_step=on_step)
        return Whitening(state["mean"], state["components"]).apply(features)

    def _network(self, images: ImageSet) -> Callable[[], nn.Sequential]:
        channels, height, width = images.item_shape
        edges = channels > 1 if self.sobel is None else self.sobel
        return partial(_network, (channels, height, width), edges, self.n_filters, self.n_features)


def without_gaps(clusters: Int32[np.ndarray, " n_items"]) -> Int64[np.ndarray, " n_items"]:
    """Number the clusters that hold any items from 0."""
    return np.unique(clusters, return_inverse=True)[1]


def evenly(
    clusters: Int64[np.ndarray, " n_items"], *, rng: np.random.Generator
) -> Int64[np.ndarray, " n_items"]:
    """Return as many items as there are, in random order, as many of each cluster as of any other (or one less).

    Every member of a cluster is taken before one is taken twice.
    """
    n_clusters = int(clusters.max()) + 1
    shuffled = rng.permutation(len(clusters))
    members = np.split(
        shuffled[np.argsort(clusters[shuffled], kind="stable")], np.cumsum(np.bincount(clusters))[:-1]
    )
    share = -(-len(clusters) // n_clusters)
    drawn = np.stack([np.resize(items, share) for items in members], axis=1).ravel()[: len(clusters)]
    return rng.permutation(drawn)


class _Rounds:
    """The state of a training: clusters found anew at each pass over the images, and the layer that learns them."""

    def __init__(
        self,
        config: DeepCluster,
        images: ImageSet,
        network: nn.Sequential,
        seed: int,
        steps: int,
        device: torch.device,
        on_step: OnStep,
    ):
        self.config, self.images, self.network, self.seed = config, images, network, seed
        self.device, self.on_step = device, on_step
        self.n_clusters = config.n_clusters or min(500, max(2, len(images) // 40))
        self.per_round = len(images) // min(config.batch_size, len(images))
        self.step, self.steps = 0, steps
        self.values: dict[str, Tensor] = {}
        self.optimizer = self._sgd(network)
        self.clusters, self.head, self.head_optimizer = self._begin(0)

    def draw(self, step: int) -> Int64[np.ndarray, " batch"]:
        """Return the items of a step, after beginning a new round where one is due."""
        self.step = step
        turn, place = divmod(step, self.per_round)
        if step and place == 0:
            self.clusters, self.head, self.head_optimizer = self._begin(turn)
        if place == 0:
            self.order = evenly(self.clusters, rng=numpy_generator(self.seed, Stream.ENCODER_ORDER, turn))
        size = min(self.config.batch_size, len(self.images))
        self.items = self.order[place * size : (place + 1) * size]
        return self.items

    def update(self, batch: Tensor, generator: torch.Generator, share: float) -> dict[str, Tensor]:
        """Take one step on the items drawn last."""
        clusters = torch.from_numpy(self.clusters[self.items]).to(self.device)
        views = augment(batch, self.config.augmentation, generator=generator, strength=self.config.strength)
        loss = F.cross_entropy(self.head(self.network(views)), clusters)
        for optimizer in (self.optimizer, self.head_optimizer):
            optimizer.zero_grad()
        loss.backward()
        for optimizer in (self.optimizer, self.head_optimizer):
            optimizer.step()
        return {"loss": loss.detach(), **self.values}

    def whitening(self) -> Whitening:
        """Return the whitening of the features as they are at the end."""
        self.step = self.steps
        return Whitening.of(self._features(), self.config.dim)

    def picture(self) -> UInt8[np.ndarray, "..."]:
        """Show images of some clusters, the same clusters' numbers each time, one cluster a row."""
        rng = numpy_generator(self.seed, Stream.ENCODER_PICTURE)
        rows = [
            rng.choice(np.flatnonzero(self.clusters == cluster), COLUMNS)
            for cluster in rng.choice(self.clusters.max() + 1, ROWS)
        ]
        images = torch.from_numpy(self.images.images[np.concatenate(rows)])
        return montage(to_pixels(images).unflatten(0, (ROWS, COLUMNS)))

    def _begin(self, turn: int) -> tuple[Int64[np.ndarray, " n_items"], nn.Module, SGD]:
        """Cluster the features, and start a layer that knows nothing of these clusters yet."""
        before = self.clusters if turn else None
        features = self._features()
        white = Whitening.of(features, self.config.dim).apply(features)
        seed = drawn_seed(self.seed, Stream.DEEPCLUSTER_CLUSTERS, turn, below=2**31)
        clustering = kmeans(white, self.n_clusters, seed=seed, max_iterations=KMEANS_ITERATIONS)
        clusters = without_gaps(clustering.clusters)
        n_clusters = int(clusters.max()) + 1
        generator = torch_generator(self.seed, Stream.DEEPCLUSTER_HEAD, turn)
        make_head = partial(nn.Linear, self.config.n_features, n_clusters)
        head = fresh(make_head, generator=generator, device=self.device)
        weight = torch.empty(head.weight.shape).normal_(0, HEAD_SPREAD, generator=generator)
        head.weight.data.copy_(weight)  # drawn on the CPU: every device starts from the same numbers
        values = {"clusters": float(n_clusters)}
        if before is not None:
            values["agreement"] = agreement(before, clusters)
        self.values = {name: torch.tensor(value, device=self.device) for name, value in values.items()}
        return clusters, nn.Sequential(nn.ReLU(), head), self._sgd(head)

    def _features(self) -> Float32[np.ndarray, "n_items n_features"]:
        def report(step: Step) -> None:
            note = f"features of {step.done} of {step.total} images, to cluster them"
            self.on_step(Step("encoder", self.step, self.steps, note=note))

        self.network.eval()
        features = encode(self.network, self.images, device=self.device, on_step=report)
        self.network.train()
        return features

    def _sgd(self, network: nn.Module) -> SGD:
        return SGD(network.parameters(), self.config.lr, momentum=MOMENTUM, weight_decay=WEIGHT_DECAY)


def agreement(before: Int64[np.ndarray, " n_items"], after: Int64[np.ndarray, " n_items"]) -> float:
    """Return the normalised mutual information of two rounds' clusters: 1 where they are the same, by other numbers."""
    from sklearn.metrics import normalized_mutual_info_score

    return float(normalized_mutual_info_score(before, after))


def _network(item_shape: tuple[int, int, int], edges: bool, n_filters: int, n_features: int) -> nn.Sequential:
    if not edges:
        return strided_stack(item_shape, n_filters, n_features)
    channels, height, width = item_shape
    return nn.Sequential(Sobel(channels), *strided_stack((2, height, width), n_filters, n_features))
