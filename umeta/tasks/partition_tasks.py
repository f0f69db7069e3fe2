"""Tasks from partitions, as a run's config names them, and the dials that make them noisier, fewer or harder."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, ClassVar, Literal

import numpy as np
from jaxtyping import Float32, Int, Int32
from pydantic import Field

from umeta.randomness import Stream, numpy_generator
from umeta.stage import Method, UserError
from umeta.tasks.label_noise import NoiseForm, exchanged, with_noise
from umeta.tasks.mixed_views import MixedViews
from umeta.tasks.nearness import Nearness
from umeta.tasks.noisy_tasks import NoisyTasks
from umeta.tasks.source import PartitionSource, TaskSource


def _dial(rest: Any, **limits: Any) -> Any:
    """Return an option that is left out of identities at rest, as results had no such option before."""
    return Field(default=rest, exclude_if=lambda value: value == rest, **limits)


class PartitionTasks(Method):
    """Tasks of clusters, as in CACTUs, of whatever partitions the run's config makes: of true classes too.

    Dials change what tasks are made of without another clustering; at rest all of them are CACTUs.
    """

    task_defaults: ClassVar[Mapping[str, int]] = {}

    name: Literal["partition"] = "partition"
    noise: float = _dial(0.0, ge=0, le=1)
    """Label noise: the share of each partition's items that exchange their places; with 1 labels are random."""
    noise_form: NoiseForm = _dial("random")
    """How they exchange: one by one, or in pieces of items near each other, so that errors are consistent."""
    n_clusters: int | None = _dial(None, ge=2)
    """Diversity: how many clusters of each partition, drawn at random, tasks are made of; None for all."""
    nearness: float = _dial(0.0, ge=0, le=1)
    """Difficulty: the share of a task's classes drawn among the clusters nearest to its first; 0 is uniform."""
    views: float = _dial(0.0, ge=0, le=1)
    """Augmented members: the share of a class's images, beside its first, that are random views of the others."""
    rounds: int = _dial(1, ge=1, le=100)
    """Iterated CACTUs: into how many rounds training is divided; before each but the first, a run embeds the images by
    the learner trained so far and clusters them again."""
    seed: int = _dial(0, ge=0)
    """Of what the dials draw of each partition: its wrong assignments and its clusters."""

    @property
    def dials(self) -> str:
        """What the dials are turned to, e.g. `noise=0.2`; empty at rest."""
        turned = {}
        if self.noise:
            turned["noise"] = f"{self.noise:g}" + (" clustered" if self.noise_form == "clustered" else "")
        turned |= {"clusters": self.n_clusters} if self.n_clusters else {}
        turned |= {"nearness": f"{self.nearness:g}"} if self.nearness else {}
        turned |= {"views": f"{self.views:g}"} if self.views else {}
        turned |= {"rounds": self.rounds} if self.rounds > 1 else {}
        return ", ".join(f"{dial}={value}" for dial, value in turned.items())

    @property
    def reads_vectors(self) -> bool:
        """Whether a dial needs the items' embedding."""
        return self.nearness > 0 or (self.noise > 0 and self.noise_form == "clustered")

    def over(
        self,
        items: Int[np.ndarray, " n_split_items"],
        partitions: Callable[[], Sequence[Int[np.ndarray, " n_items"]]],
        vectors: Callable[[], Float32[np.ndarray, "n_items dim"]] | None = None,
    ) -> TaskSource:
        """Return the source of tasks over the partitions, which are made now.

        Args:
            items: Those of the split; the partitions say it.
            partitions: Makes them.
            vectors: Gives the embedding of all items, if a dial needs it.

        Raises:
            UserError: a dial needs the embedding, and there is none.
        """
        made = partitions()
        if self.reads_vectors and vectors is None:
            raise UserError(
                "source.nearness and source.noise_form=clustered need the embedding of the items."
            )
        points = vectors() if vectors is not None and self.reads_vectors else None
        if self.n_clusters is not None:
            made = _Lazy(len(made), partial(self._drawn, made))
        choose = Nearness(self.nearness, points) if self.nearness and points is not None else None
        source: TaskSource = PartitionSource(made, choose)
        if self.noise:
            source = NoisyTasks(source, lambda number: self._exchanged(made[number], number, points))
        return MixedViews(source, self.views) if self.views else source

    def turned(
        self,
        clusters: Int32[np.ndarray, " n_items"],
        number: int,
        vectors: Float32[np.ndarray, "n_items dim"] | None = None,
    ) -> Int32[np.ndarray, " n_items"]:
        """Return what tasks are drawn from in place of a partition, by its number: some of its clusters, with noise."""
        if self.n_clusters is not None:
            clusters = self._drawn({number: clusters}, number)
        return with_noise(clusters, self._exchanged(clusters, number, vectors)) if self.noise else clusters

    def _drawn(self, partitions: Any, number: int) -> Int32[np.ndarray, " n_items"]:
        """Return a partition without the clusters that no task is drawn from."""
        clusters = partitions[number]
        rng = numpy_generator(self.seed, Stream.DRAWN_CLUSTERS, number)
        drawn = rng.permutation(np.unique(clusters[clusters >= 0]))[: self.n_clusters]
        return np.where(np.isin(clusters, drawn), clusters, -1).astype(np.int32)

    def _exchanged(
        self, clusters: np.ndarray, number: int, vectors: np.ndarray | None
    ) -> Int32[np.ndarray, " n_items"]:
        rng = numpy_generator(self.seed, Stream.LABEL_NOISE, number)
        return exchanged(clusters, self.noise, self.noise_form, vectors, rng=rng)


class _Lazy(Sequence[np.ndarray]):
    """Partitions that are made when they are asked for: they may be thousands."""

    def __init__(self, n_partitions: int, make: Callable[[int], np.ndarray]):
        self._n_partitions, self._make = n_partitions, make

    def __len__(self) -> int:
        return self._n_partitions

    def __getitem__(self, number: Any) -> Any:
        if isinstance(number, slice):
            return [self[k] for k in range(*number.indices(len(self)))]
        if not 0 <= number < self._n_partitions:
            raise IndexError(number)
        return self._make(number)
