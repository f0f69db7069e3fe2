"""What the bundle holds, and how it is read."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from jaxtyping import Bool, Float32, Int, UInt8

from umeta.browser.map.points import MapPoints
from umeta.browser.map.sprites import Sprite
from umeta.runs.result import ResultRow, RunResult

T = TypeVar("T")

FOLDER = Path(__file__).parent
RUN = FOLDER / "run"
"""The precomputed run, with the files of a run's directory."""
MAML = FOLDER / "maml"
"""The same with MAML in place of ProtoNets, and its weights."""
DRAW_LEARNER = FOLDER / "protonets.safetensors"
"""The weights of the first run's learner, for the page Draw alone."""


@dataclass(frozen=True, eq=False)
class ExamTask:
    """A test task: one example of each of some characters never practised on, and drawings to be told apart."""

    number: int
    """Its place in the run's list of test tasks."""
    support: Int[np.ndarray, " n_way"]
    query: Int[np.ndarray, "n_way n_query"]
    answers: dict[str, Int[np.ndarray, "n_way n_query"]]
    """For each method, the character that it put each drawing with."""

    def right(self, method: str) -> Bool[np.ndarray, "n_way n_query"]:
        """Return whether a method put each drawing with its own character."""
        return self.answers[method] == np.arange(len(self.query))[:, None]


@dataclass(frozen=True, eq=False)
class Demo:
    """Everything that Start shows."""

    about: dict[str, Any]
    """`config`, `command`, `plain_command`, `projection`, and the methods `learner`, `baseline` and `oracle`."""
    rows: tuple[ResultRow, ...]
    """The run's result rows."""
    plain_rows: tuple[ResultRow, ...]
    """Those of the same run over the embedding of plain pixels."""
    points: MapPoints
    clusters: Int[np.ndarray, " n_points"]
    classes: Int[np.ndarray, " n_items"]
    cluster_colours: UInt8[np.ndarray, "n_points 3"]
    class_colours: UInt8[np.ndarray, "n_points 3"]
    medoids: Int[np.ndarray, " n_clusters"]
    """The item nearest to each cluster's centre."""
    practice: Int[np.ndarray, "n_tasks n_way n_items_per_class"]
    """Pseudo-tasks: rows of items of one cluster each, the first of a row its example."""
    exams: list[ExamTask]

    def row(self, part: str, *, plain: bool = False) -> ResultRow:
        """Return the result row of the learner, the baseline or the oracle, on the map or on plain pixels."""
        rows = self.plain_rows if plain else self.rows
        return next(row for row in rows if row.method.name == self.about[part])

    def gain(self, *, plain: bool = False) -> float:
        """Return how much more the learner gets right than the baseline, as a fraction."""
        learner, baseline = (self.row(part, plain=plain) for part in ("learner", "baseline"))
        return learner.accuracy - baseline.accuracy


def load_demo(folder: Path = FOLDER) -> Demo:
    """Read the bundle."""
    from safetensors.numpy import load_file

    about = json.loads((folder / "demo.json").read_text())
    arrays: dict[str, Float32[np.ndarray, ...]] = load_file(folder / "demo.safetensors")
    sprite = Sprite(**{**about["sprite"], "pages": tuple(about["sprite"]["pages"])})
    points = MapPoints(
        positions=arrays["positions"], items=arrays["items"], name=about["points"], sprite=sprite
    )
    answers = {name: arrays[f"answers/{name}"] for name in about["answered_by"]}
    exams = [
        ExamTask(
            number,
            arrays["support"][number],
            arrays["query"][number],
            {name: rows[number] for name, rows in answers.items()},
        )
        for number in range(len(arrays["support"]))
    ]
    n_right = np.array([[exam.right(name).sum() for name in answers] for exam in exams])
    n_same = _same_class(arrays["practice"], arrays["classes"])[:, None]
    fields = ("clusters", "classes", "cluster_colours", "class_colours", "medoids")
    return Demo(
        about=about,
        rows=_result_rows(folder / "run" / "result.json"),
        plain_rows=_result_rows(folder / "plain.json"),
        points=points,
        exams=_typical_first(exams, n_right),
        practice=np.stack(_typical_first(list(arrays["practice"]), n_same)),
        **{name: arrays[name] for name in fields},
    )


def _result_rows(file: Path) -> tuple[ResultRow, ...]:
    return RunResult.from_json(json.loads(file.read_text())).rows


def _same_class(
    practice: Int[np.ndarray, "n_tasks n_way n_items_per_class"], classes: Int[np.ndarray, " n_items"]
) -> Int[np.ndarray, " n_tasks"]:
    """Return how many drawings of each practice task are of the class of their row's example."""
    task_classes = classes[practice]
    return (task_classes[:, :, 1:] == task_classes[:, :, :1]).sum(axis=(1, 2))


def _typical_first(tasks: list[T], counts: Int[np.ndarray, "n_tasks n_counts"]) -> list[T]:
    """Order tasks by the distance of their counts to the mean: the tasks that are seen first are no exceptions."""
    distances = np.abs(counts - counts.mean(axis=0)).sum(axis=1)
    return [tasks[k] for k in np.argsort(distances, kind="stable")]
