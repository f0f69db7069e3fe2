"""Saved test tasks: the one list that every method and every machine is judged on, task by task."""

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import numpy as np

from umeta.data import Dataset
from umeta.randomness import Stream, numpy_generator
from umeta.sealed_files import read_arrays, write_arrays
from umeta.stage import UserError
from umeta.tasks.augmented import AugmentedSource
from umeta.tasks.query_balance import with_dirichlet_queries
from umeta.tasks.source import PartitionSource
from umeta.tasks.task import TaskBatch, TaskConfig, Views
from umeta.wording import counted

TasksOf = Literal["classes", "views"]
"""What the rows of test tasks are: true classes, or single images, whose queries are random views of them."""


@dataclass(frozen=True, eq=False)
class TestTasks:
    """Tasks over the true classes of a split or over views of its images, with all that says which tasks they are."""

    __test__ = False  # not a test class, whatever pytest makes of its name

    fingerprint: str
    """The image set's: item numbers mean nothing for other images."""
    split: str
    seed: int
    config: TaskConfig
    tasks: TaskBatch

    @property
    def of(self) -> TasksOf:
        """What the rows are."""
        return "classes" if self.tasks.views is None else "views"

    @classmethod
    def draw(
        cls,
        dataset: Dataset,
        config: TaskConfig,
        *,
        n_tasks: int,
        split: str,
        seed: int,
        of: TasksOf = "classes",
        query_dirichlet: float | None = None,
    ) -> "TestTasks":
        """Draw a list from a split; the same arguments give the same list anywhere.

        Args:
            of: True classes, or views of single images, which need no class.
            query_dirichlet: How equal the classes' shares of the queries are, as for `with_dirichlet_queries`; the
                classes and the support are those of the list without it. None: equally many queries of each class.

        Raises:
            UserError: the split has too few classes or items for such tasks, or no class is known there.
        """
        rng = numpy_generator(seed, Stream.TEST_TASKS, config.n_way, config.n_shot, config.n_query)
        if of == "views":
            tasks = _tasks_of_views(dataset, config, n_tasks, split, rng)
            return cls(dataset.images.fingerprint, split, seed, config, tasks)
        dataset.check_labelled(split, "a list of test tasks of classes")
        source = PartitionSource(dataset.truth(split))
        try:
            tasks = source.sample_to_save(n_tasks, config, rng=rng)
            if query_dirichlet is not None:
                partitions = dataset.truth(split)
                tasks = with_dirichlet_queries(tasks, partitions, query_dirichlet, rng=rng)
        except UserError as error:
            if split in dataset.partitions:
                raise UserError(f"test tasks of {split} of {dataset.images.name}: {error}") from None
            classes = dataset.truth(split)[0]
            classes, counts = np.unique(classes[classes >= 0], return_counts=True)
            enough = int((counts >= config.items_per_class).sum())
            raise UserError(
                f"test tasks of n_way={config.n_way}, n_shot={config.n_shot}, n_query={config.n_query} need "
                f"{counted(config.n_way, 'class')} of {counted(config.items_per_class, 'image')}; "
                f"{split} of {dataset.images.name} has {counted(len(classes), 'class')}, {enough} of them that large. "
                "Lower test.n_way, test.n_shot or test.n_query."
            ) from None
        return cls(dataset.images.fingerprint, split, seed, config, tasks)

    @cached_property
    def hash(self) -> str:
        """A hash of the images, the item numbers and the views: two lists with the same hash are the same tasks."""
        digest = hashlib.sha256(self.fingerprint.encode())
        for array in (self.tasks.support, self.tasks.query):
            digest.update(f"{array.shape}".encode() + np.ascontiguousarray(array, "<i8").tobytes())
        if self.tasks.query_rows is not None:
            digest.update(np.ascontiguousarray(self.tasks.query_rows, "<i8").tobytes())
        if self.tasks.views is not None:
            digest.update(json.dumps(_about(self.tasks.views), sort_keys=True).encode())
            digest.update(np.ascontiguousarray(self.tasks.views.seeds, "<i8").tobytes())
        return digest.hexdigest()[:16]

    def save(self, path: Path) -> None:
        """Write the list as one sealed safetensors file, its description in the header."""
        arrays = {name: getattr(self.tasks, name) for name in _ARRAYS}
        views = self.tasks.views
        if views is not None:
            arrays["seeds"] = views.seeds
        if self.tasks.query_rows is not None:
            arrays["query_rows"] = self.tasks.query_rows
        about = {
            "fingerprint": self.fingerprint,
            "split": self.split,
            "seed": str(self.seed),
            "hash": self.hash,
            **({} if views is None else {"views": json.dumps(_about(views))}),
        }
        write_arrays(path, arrays, self.hash, {**about, "config": self.config.model_dump_json()})

    @classmethod
    def load(cls, path: Path) -> "TestTasks":
        """Read a saved list and check it against the hash it was saved with.

        Raises:
            UserError: the file is no such list, or its content is not what was saved.
        """
        arrays, about = read_arrays(path, None, remedy="export it again")
        try:
            if any(array.dtype.kind not in "iu" for array in arrays.values()):
                raise ValueError("its numbers are not whole")
            views = _read_views(about, arrays["seeds"]) if "views" in about else None
            lists = {name: arrays[name] for name in _ARRAYS}
            tasks = TaskBatch(**lists, views=views, query_rows=arrays.get("query_rows"))
            config = TaskConfig.model_validate_json(about["config"])
            loaded = cls(about["fingerprint"], about["split"], int(about["seed"]), config, tasks)
        except (KeyError, ValueError) as error:
            raise UserError(f"{path} is not a list of test tasks ({error}). Export it again.") from None
        if loaded.hash != about.get("hash"):
            raise UserError(
                f"{path} is damaged: its tasks hash to {loaded.hash}, it was saved as {about.get('hash')}."
            )
        return loaded


_ARRAYS = ("support", "query", "origin", "clusters")


def _tasks_of_views(
    dataset: Dataset, config: TaskConfig, n_tasks: int, split: str, rng: np.random.Generator
) -> TaskBatch:
    """Draw tasks whose classes are single images; which augmentation they are made by is settled here."""
    policy = "glyphs" if dataset.images.item_shape[0] == 1 else "photographs"
    try:
        return AugmentedSource(dataset.items(split), policy).sample(n_tasks, config, rng=rng)
    except UserError as error:
        raise UserError(f"test tasks of views of {split} of {dataset.images.name}: {error}") from None


def _about(views: Views) -> dict[str, Any]:
    return {"policy": views.policy, "strength": views.strength, "version": views.version}


def _read_views(about: dict[str, str], seeds: np.ndarray) -> Views:
    record = json.loads(about["views"])
    if record["version"] != Views.version:
        raise ValueError(f"its views are of version {record['version']}, here they are of {Views.version}")
    return Views(record["policy"], record["strength"], seeds)
