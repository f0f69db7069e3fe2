"""The points of the plane: every construction that a study tried, measured, beside what practice on it added.

They are made of a study's finished cells by `umeta plane`, and come with umeta in one small file, which a page reads
without torch.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Int

from umeta.cache import write_atomically
from umeta.stage import UserError

FILE = Path(__file__).parent / "points.json"
VERSION = 1
STUDIES = ("plane", "plane_grocery")
ANCHORS = ("oracle", "random")
"""The two ends of the noise dial: true classes, and labels by chance."""
Tasks = tuple[tuple[tuple[int, ...], ...], ...]


@dataclass(frozen=True)
class Point:
    """One construction of tasks: what it is, what it is made of, and what practice on it adds. Shares are fractions."""

    study: str
    sections: Mapping[str, Any]
    """Those of a run's config that say how its tasks are made: dataset, encoder, partition, source, task."""
    encoder: str
    """The embedding, with the options that tell it from others of its name; "" where tasks use none."""
    made_by: str
    """The strategy of its partitions, or the source that needs none."""
    n_clusters: int | None
    """Clusters of a partition that tasks are drawn from; None without clusters of an embedding."""
    n_partitions: int
    dials: Mapping[str, Any]
    """The dials of the source that are turned."""
    noise: float
    different: float
    diversity: float
    agreement: float | None
    accuracies: tuple[float, ...]
    """Of the learner, by training seed."""
    baseline: str
    """The best baseline on the embedding; where tasks use none, on the one that the study names beside it."""
    baseline_accuracy: float
    tasks: Tasks
    """A few of its tasks: the items of each row, the first of which is the support."""

    @cached_property
    def gains(self) -> tuple[float, ...]:
        """By how much the learner beats the baseline on the same test tasks, by training seed."""
        return tuple(accuracy - self.baseline_accuracy for accuracy in self.accuracies)

    @property
    def gain(self) -> float:
        """The mean gain over the trainings."""
        return float(np.mean(self.gains))

    @property
    def accuracy(self) -> float:
        """The learner's mean accuracy over the trainings."""
        return float(np.mean(self.accuracies))

    @property
    def asked_clusters(self) -> int | None:
        """The number of clusters that the strategy was told to make."""
        return self.sections["partition"].get("n_clusters") if self.encoder else None

    def task_parts(self, number: int) -> tuple[Int[np.ndarray, "n_way 1"], Int[np.ndarray, "n_way n_query"]]:
        """Return the support and the query items of one of its tasks."""
        items = np.array(self.tasks[number], int)
        return items[:, :1], items[:, 1:]

    @property
    def is_anchor(self) -> bool:
        """Whether it is an end of the noise dial, or on its way between them."""
        return self.made_by in ANCHORS and set(self.dials) <= {"noise", "noise_form"}

    @property
    def name(self) -> str:
        """What it is, in words."""
        return ", ".join((_maker(self), *_options(self)))

    def to_json(self) -> dict[str, Any]:
        """Return it as plain data; shares and counts with as many digits as they are known to."""
        rounded = {"noise": 4, "different": 4, "agreement": 4, "baseline_accuracy": 6}
        values = asdict(self)
        values |= {
            key: round(values[key], digits) for key, digits in rounded.items() if values[key] is not None
        }
        values["accuracies"] = [round(accuracy, 6) for accuracy in self.accuracies]
        return values | {"diversity": float(f"{self.diversity:.4g}")}


@dataclass(frozen=True)
class Plane:
    """The points that there are, and how many settings each study has."""

    points: tuple[Point, ...]
    n_settings: Mapping[str, int]

    def of(self, study: str) -> tuple[Point, ...]:
        """Return the points of one study."""
        return tuple(point for point in self.points if point.study == study)


def dial_paths(points: Sequence[Point]) -> dict[str, list[Point]]:
    """Return true classes with more and more noise, by the form of the noise."""
    paths: dict[str, list[Point]] = {}
    dialled = [point for point in points if point.made_by == "oracle" and point.is_anchor]
    for form in ("random", "clustered"):
        path = [p for p in dialled if not p.dials or p.dials.get("noise_form", "random") == form]
        if len(path) > 1:
            paths[form] = sorted(path, key=lambda point: point.dials.get("noise", 0.0))
    return paths


def load_plane(file: Path = FILE) -> Plane:
    """Return the plane that came with umeta.

    Raises:
        UserError: the file is damaged, or of another version.
    """
    try:
        content = json.loads(file.read_text("utf-8"))
        if content["version"] != VERSION:
            raise ValueError(f"version {content['version']}, not {VERSION}")
        points = tuple(
            Point(**{**values, "accuracies": tuple(values["accuracies"]), "tasks": as_tasks(values["tasks"])})
            for values in content["points"]
        )
        return Plane(points, content["n_settings"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UserError(f"{file} is no plane ({error}); make it anew with `umeta plane`.") from None


def save_plane(plane: Plane, file: Path) -> None:
    """Write a plane as a file that `load_plane` reads, a point a line."""
    lines = ",\n".join(json.dumps(point.to_json(), sort_keys=True) for point in plane.points)
    head = json.dumps({"version": VERSION, "n_settings": dict(plane.n_settings)})[:-1]
    write_atomically(file, f'{head}, "points": [\n{lines}\n]}}\n'.encode())


def as_tasks(items: Sequence[Sequence[Sequence[int]]]) -> Tasks:
    """Return tasks given as lists as what a point keeps."""
    return tuple(tuple(tuple(row) for row in task) for task in items)


def _maker(point: Point) -> str:
    if point.made_by == "oracle":
        return "true classes"
    if point.made_by == "random":
        return "random groups"
    return f"{point.made_by} of {point.encoder}" if point.encoder else f"single images ({point.made_by})"


def _options(point: Point) -> Sequence[str]:
    partition, source = point.sections["partition"], point.sections["source"]
    options = []
    if point.encoder or point.made_by == "random":
        options += [f"k = {partition['n_clusters']:,}"] if partition.get("n_clusters") else []
        options += [f"P = {point.n_partitions}"]
    if "strength" in source:
        options += [f"views of strength {source['strength']:g}"]
    dials = dict(point.dials)
    if "noise" in dials:
        in_pieces = dials.pop("noise_form", "random") == "clustered"
        options += [f"{dials.pop('noise'):.0%} noise" + (" in pieces" if in_pieces else "")]
    words = {"n_clusters": "{} of the clusters alone", "nearness": "nearness {}", "views": "views {}"}
    return [*options, *(words[key].format(f"{value:g}") for key, value in dials.items())]
