"""Methods beside each other: what several finished runs found on the same test tasks."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, NamedTuple

import numpy as np
from jaxtyping import Bool

from umeta.evaluation import Interval, over_classes, over_seeds
from umeta.results.finished_run import Finished, Row
from umeta.runs.config import differing_options

KINDS = ("oracle", "CACTUs", "augmented", "random", "baseline")
AUGMENTED = ("UMTRA", "ProtoCLR")
SECTIONS: Mapping[str, tuple[str, ...]] = {
    "oracle": ("task", "learner"),
    "CACTUs": ("encoder", "partition", "task", "learner"),
    "augmented": ("source", "task", "learner"),
    "random": ("partition", "task", "learner"),
    "baseline": ("encoder",),
}
"""Which sections of a run's config decide what a method of a kind answers."""
ON_IMAGES = ("scratch",)
"""Baselines that see no embedding."""
GROUPS = {
    "inductive": "no labels known",
    "transductive": "no labels known; queries seen together (transductive)",
    "tuned on meta_val": "tuned on labels of meta_val",
    "revealed": "labels looked at before the launch",
    "oracle": "trained on true labels",
}
"""What was known to a method, in the order in which the groups stand."""
Over = Literal["tasks", "classes", "trainings"]
"""What an interval covers."""
BESIDE = " · "
"""Stands between a method's name and what tells it from others of that name."""


class Setting(NamedTuple):
    """One list of test tasks, by its shape."""

    n_way: int
    n_shot: int

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> "Setting":
        """Return the way and shot of a result row."""
        return cls(row["n_way"], row["n_shot"])

    def __str__(self) -> str:
        return f"{self.n_way}-way {self.n_shot}-shot"


def kind_of(method: str) -> str:
    """Return the kind of a method by its name in results."""
    family = method.partition("-")[0]
    if family in AUGMENTED:
        return "augmented"
    return family if family in KINDS else "baseline"


def label_of(row: Mapping[str, Any]) -> str:
    """Return a method's name with its batch-norm mode, where it has one."""
    return f"{row['method']} ({row['bn']} BN)" if row["bn"] else row["method"]


@dataclass(frozen=True, eq=False)
class Contender:
    """One method at one way and shot: all trainings of it that were judged on the same tasks."""

    name: str
    """As shown: the method, its batch-norm mode, and what tells it from others of that name."""
    trainings: Mapping[int, tuple[Finished, Row]]
    """Its result rows by training seed, each with the run it is of."""

    @property
    def row(self) -> Row:
        """The row of its first training."""
        return next(iter(self.trainings.values()))[1]

    @property
    def rows(self) -> list[Row]:
        """The rows of all trainings."""
        return [row for _, row in self.trainings.values()]

    @property
    def run(self) -> Finished:
        """The run of its first training."""
        return next(iter(self.trainings.values()))[0]

    @property
    def setting(self) -> Setting:
        """Its way and shot."""
        return Setting.of(self.row)

    @property
    def kind(self) -> str:
        """What kind of method it is."""
        return kind_of(self.row["method"])

    @property
    def accuracy(self) -> float:
        """The mean accuracy over its trainings."""
        return float(np.mean([row["accuracy"] for row in self.rows]))

    @property
    def repeated(self) -> bool:
        """Whether it was trained several times, to different results; a baseline without chance never is."""
        return len({row["accuracy"] for row in self.rows}) > 1

    @property
    def transductive(self) -> bool:
        """Whether the queries of a task were seen together."""
        return self.row.get("transductive", self.row["bn"] == "transductive")

    @property
    def label_use(self) -> str:
        """What was known of labels, before anything else that is said of it."""
        return self.row.get("label_use", self.run.result["label_use"])

    @cached_property
    def seeds(self) -> Interval | None:
        """The mean over trainings with its interval; None for a single one."""
        return over_seeds([row["accuracy"] for row in self.rows]) if self.repeated else None

    @property
    def group(self) -> str:
        """Which of `GROUPS` it is in."""
        if self.kind == "oracle" or self.label_use == "oracle":
            return "oracle"
        if self.label_use in GROUPS:
            return self.label_use
        return "transductive" if self.transductive else "inductive"

    def half_width(self, over: Over) -> float:
        """Return the half-width of its interval over tasks, classes or trainings; nan where there is none."""
        if over == "tasks":
            return self.over_tasks
        if over == "classes":
            return self.over_classes
        return self.seeds.ci95 if self.seeds else float("nan")

    @property
    def over_tasks(self) -> float:
        """The half-width of the 95% interval over test tasks, the mean one of its trainings."""
        return float(np.mean([row["ci95"] for row in self.rows]))

    @cached_property
    def over_classes(self) -> float:
        """The half-width of the 95% interval over classes, of its first training; nan where answers were not kept."""
        if "ci95_classes" in self.row:
            found = self.row["ci95_classes"]
            return float("nan") if found is None else float(found)
        correct, classes = self.run.correct(self.row), self.run.classes(self.row)
        return float("nan") if correct is None or classes is None else over_classes(correct, classes).ci95

    @cached_property
    def correct(self) -> Bool[np.ndarray, "n_tasks n_way n_query"] | None:
        """Which queries its first training got right; None where that was not kept."""
        return self.run.correct(self.row)


def on_same_tasks(runs: Sequence[Finished]) -> tuple[list[Finished], dict[str, str]]:
    """Return the runs that share a list of test tasks with the first, and for each other why it is left out.

    Two lists are the same where their hashes are, which cover the images too.
    """
    kept, left_out = [], {}
    for run in runs:
        if _hashes(run) & _hashes(runs[0]):
            kept.append(run)
        else:
            left_out[run.run_id] = _why(run, runs[0])
    return kept, left_out


def settings_of(runs: Iterable[Finished]) -> list[Setting]:
    """Return every way and shot of the runs, in the order in which the first run has them."""
    return list(dict.fromkeys(Setting.of(row) for run in runs for row in run.rows))


def contenders(runs: Sequence[Finished], setting: Setting) -> list[Contender]:
    """Return the methods that were judged at a way and shot on the same tasks, the best first."""
    told_apart = _distinguishing(runs)
    found: dict[str, dict[int, tuple[Finished, Row]]] = {}
    lists = {}
    for run in runs:
        for row in run.rows:
            here = Setting.of(row) == setting
            if not here or lists.setdefault(setting, row.get("tasks_hash")) != row.get("tasks_hash"):
                continue
            words = told_apart(run, row["method"])
            name = f"{label_of(row)}{BESIDE}{words}" if words else label_of(row)
            found.setdefault(name, {}).setdefault(row["seed"], (run, row))
    made = [Contender(name, dict(sorted(trainings.items()))) for name, trainings in found.items()]
    return sorted(made, key=lambda one: -one.accuracy)


def _hashes(run: Finished) -> set[str]:
    return {row.get("tasks_hash", "") for row in run.rows} - {""}


def _why(run: Finished, first: Finished) -> str:
    here, there = run.result["config"]["dataset"], first.result["config"]["dataset"]
    if here["name"] != there["name"]:
        return f"its data set is {here['name']}, not {there['name']}"
    differs = [key for key in here if here[key] != there.get(key)]
    if differs:
        return f"its images or splits are others: dataset.{differs[0]}={here[differs[0]]}"
    tests = run.result["config"]["test"], first.result["config"]["test"]
    differs = [f"test.{key}={value}" for key, value in tests[0].items() if value != tests[1].get(key)]
    return f"it was judged on other test tasks: {', '.join(differs) or 'their hash differs'}"


def _distinguishing(runs: Sequence[Finished]) -> Callable[[Finished, str], str]:
    """Return a function that says by which options a run's method differs from those of the same name."""

    def words(run: Finished, method: str) -> str:
        sections = () if method in ON_IMAGES else SECTIONS[kind_of(method)]
        mates = [one for one in runs if any(row["method"] == method for row in one.rows)]
        return ", ".join(part for section in sections for part in _differing(section, run, mates))

    return words


def _differing(section: str, run: Finished, mates: Sequence[Finished]) -> Iterator[str]:
    own = run.result["config"].get(section, {})
    others = [one.result["config"].get(section, {}) for one in mates]
    if any(other.get("name") != own.get("name") for other in others):
        yield str(own["name"])
    for option in differing_options(own, others):
        yield f"{section}.{option}"
