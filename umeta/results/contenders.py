"""Methods beside each other: what several finished runs found on the same test tasks."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Bool

from umeta.evaluation import Interval, over_classes, over_seeds
from umeta.evaluation.method_id import MethodId, MethodKind
from umeta.results.finished_run import FinishedRun
from umeta.results.interval_cover import Over
from umeta.runs.config import differing_options
from umeta.runs.result import ResultRow
from umeta.tasks.test_tasks import TasksOf

SECTIONS: Mapping[MethodKind, tuple[str, ...]] = {
    MethodKind.ORACLE: ("task", "learner"),
    MethodKind.CLUSTERS: ("encoder", "partition", "task", "learner"),
    MethodKind.OTHER_SOURCE: ("source", "task", "learner"),
    MethodKind.RANDOM_LABELS: ("partition", "task", "learner"),
    MethodKind.BASELINE: ("encoder",),
}
"""Which sections of a run's config decide what a method of a kind answers."""
GROUPS = {
    "inductive": "no labels known",
    "transductive": "no labels known; queries seen together (transductive)",
    "tuned on meta_val": "tuned on labels of meta_val",
    "revealed": "labels looked at before the launch",
    "unknown": "embedding trained elsewhere; whether on labels is not known",
    "elsewhere": "embedding trained on labels elsewhere",
    "oracle": "trained on true labels",
}
"""What was known to a method, in the order in which the groups stand."""
DISTINCTION = " · "
"""Stands between a method's name and what tells it from others of that name."""


class Setting(NamedTuple):
    """One list of test tasks, by its shape."""

    n_way: int
    n_shot: int
    query_dirichlet: float | None = None
    """None: equally many queries of each class."""

    @classmethod
    def of(cls, row: ResultRow) -> "Setting":
        """Return the setting of a result row."""
        return cls(row.n_way, row.n_shot, row.query_dirichlet)

    @property
    def has_equal_queries(self) -> bool:
        """Whether each class of a task has as many queries."""
        return self.query_dirichlet is None

    def __str__(self) -> str:
        queries = "" if self.has_equal_queries else f", Dirichlet({self.query_dirichlet:g}) queries"
        return f"{self.n_way}-way {self.n_shot}-shot{queries}"


@dataclass(frozen=True, eq=False)
class Contender:
    """One method at one way and shot: all trainings of it that were judged on the same tasks."""

    name: str
    """As a person reads it: the method, its batch-norm mode, and what tells it from others of that name."""
    trainings: Mapping[int, tuple[FinishedRun, ResultRow]]
    """Its result rows by training seed, each with the run it is of."""

    @property
    def row(self) -> ResultRow:
        """The row of its first training."""
        return next(iter(self.trainings.values()))[1]

    @property
    def rows(self) -> list[ResultRow]:
        """The rows of all trainings."""
        return [row for _, row in self.trainings.values()]

    @property
    def run(self) -> FinishedRun:
        """The run of its first training."""
        return next(iter(self.trainings.values()))[0]

    @property
    def method(self) -> MethodId:
        """Which method it is, in which batch-norm mode."""
        return self.row.method

    @property
    def kind(self) -> MethodKind:
        """What it was meta-trained on, if it was."""
        return self.method.kind

    @property
    def setting(self) -> Setting:
        """Its way and shot."""
        return Setting.of(self.row)

    @property
    def accuracy(self) -> float:
        """The mean accuracy over its trainings."""
        return float(np.mean([row.accuracy for row in self.rows]))

    @property
    def repeated(self) -> bool:
        """Whether it was trained several times, to different results; a baseline without chance never is."""
        return len({row.accuracy for row in self.rows}) > 1

    @property
    def judged_on(self) -> TasksOf:
        """What the test tasks are made of; contenders of one comparison share it."""
        return self.run.result.judged_on

    @property
    def uses_marks(self) -> bool:
        """Whether its test classes are a few that a person marked."""
        return self.run.result.uses_marks

    @property
    def transductive(self) -> bool:
        """Whether the queries of a task were seen together."""
        return self.row.transductive

    @property
    def label_use(self) -> str:
        """What was known of labels, before anything else that is said of it."""
        return self.row.label_use

    @cached_property
    def seeds(self) -> Interval | None:
        """The mean over trainings with its interval; None for a single one."""
        return over_seeds([row.accuracy for row in self.rows]) if self.repeated else None

    @property
    def group(self) -> str:
        """Which of `GROUPS` it is in."""
        if self.kind is MethodKind.ORACLE or self.label_use == "oracle":
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
        return float(np.mean([row.ci95 for row in self.rows]))

    @cached_property
    def over_classes(self) -> float:
        """The half-width of the 95% interval over classes, of its first training; nan where answers were not kept.

        Where tasks are of views it is over their images.
        """
        written = self.row.ci95_classes
        if written is None or written == written:
            return float("nan") if written is None else written
        correct, classes = self.run.correct(self.row), self.run.classes(self.row)
        return float("nan") if correct is None or classes is None else over_classes(correct, classes).ci95

    @cached_property
    def correct(self) -> Bool[np.ndarray, "n_tasks n_way n_query"] | None:
        """Which queries its first training got right; None where that was not kept."""
        return self.run.correct(self.row)


def on_same_tasks(runs: Sequence[FinishedRun]) -> tuple[list[FinishedRun], dict[str, str]]:
    """Return the runs that share a list of test tasks with the first, and for each other why it is left out.

    Two lists are the same where their hashes are, which cover the images too. Runs whose lists differ from the first's
    in how many queries are of each class stay: such lists are settings of their own.
    """
    comparable, left_out = [], {}
    for run in runs:
        if _hashes(run) & _hashes(runs[0]) or _differ_in_balance_alone(run, runs[0]):
            comparable.append(run)
        else:
            left_out[run.run_id] = _reason_left_out(run, runs[0])
    return comparable, left_out


def settings_of(runs: Iterable[FinishedRun]) -> list[Setting]:
    """Return every way and shot of the runs, in the order in which the first run has them."""
    return list(dict.fromkeys(Setting.of(row) for run in runs for row in run.rows))


def contenders(runs: Sequence[FinishedRun], setting: Setting) -> list[Contender]:
    """Return the methods that were judged at a way and shot on the same tasks, the best first."""
    distinction_of = _distinctions(runs)
    trainings_by_name: dict[str, dict[int, tuple[FinishedRun, ResultRow]]] = {}
    tasks_hash = None
    for run in runs:
        for row in run.rows:
            if Setting.of(row) != setting:
                continue
            tasks_hash = row.tasks_hash if tasks_hash is None else tasks_hash
            if row.tasks_hash != tasks_hash:
                continue
            distinction = distinction_of(run, row.method)
            name = row.method.name_with_mode
            name = f"{name}{DISTINCTION}{distinction}" if distinction else name
            trainings_by_name.setdefault(name, {}).setdefault(row.seed, (run, row))
    every = [Contender(name, dict(sorted(rows.items()))) for name, rows in trainings_by_name.items()]
    return sorted(every, key=lambda contender: -contender.accuracy)


def _hashes(run: FinishedRun) -> set[str]:
    return {row.tasks_hash for row in run.rows} - {""}


def _differ_in_balance_alone(run: FinishedRun, first: FinishedRun) -> bool:
    """Return whether all that differs between their lists of test tasks is how many queries are of each class."""
    if run.result.config["dataset"] != first.result.config["dataset"]:
        return False
    tests = run.result.config["test"], first.result.config["test"]
    options = {key for test in tests for key in test}
    return [key for key in options if tests[0].get(key) != tests[1].get(key)] == ["query_dirichlet"]


def _reason_left_out(run: FinishedRun, first: FinishedRun) -> str:
    if run.result.judged_on != first.result.judged_on:
        names = {"classes": "true classes", "views": "views of single images"}
        own, other = (names[judged.result.judged_on] for judged in (run, first))
        return f"it was judged on tasks of {own}, not of {other}"
    here, there = run.result.config["dataset"], first.result.config["dataset"]
    if here["name"] != there["name"]:
        return f"its data set is {here['name']}, not {there['name']}"
    differs = [key for key in here if here[key] != there.get(key)]
    if differs:
        return f"its images or splits are others: dataset.{differs[0]}={here[differs[0]]}"
    tests = run.result.config["test"], first.result.config["test"]
    differs = [f"test.{key}={value}" for key, value in tests[0].items() if value != tests[1].get(key)]
    return f"it was judged on other test tasks: {', '.join(differs) or 'their hash differs'}"


def _distinctions(runs: Sequence[FinishedRun]) -> Callable[[FinishedRun, MethodId], str]:
    """Return a function that says by which options a run's method differs from those of the same name."""
    runs_by_name: dict[str, list[FinishedRun]] = {}
    for run in runs:
        for name in dict.fromkeys(row.method.name for row in run.rows):
            runs_by_name.setdefault(name, []).append(run)

    def distinction(run: FinishedRun, method: MethodId) -> str:
        on_images = method.is_baseline and method.encoder is None
        sections = () if on_images else SECTIONS[method.kind]
        namesakes = runs_by_name[method.name]
        parts = [part for section in sections for part in _differences(section, run, namesakes)]
        if method.is_baseline:
            others = [_options_of_baseline(other, method.label) for other in namesakes]
            parts += differing_options(_options_of_baseline(run, method.label), others)
        return ", ".join(parts)

    return distinction


def _options_of_baseline(run: FinishedRun, label: str) -> Mapping[str, Any]:
    """Return the options of a run's baseline; none where several of its baselines have that name, as labels tell them.

    A label is the baseline's name, to which some options add a word after a hyphen.
    """
    every = run.result.config.get("baselines", ())
    own = [options for options in every if f"{label}-".startswith(f"{options['name']}-")]
    return own[0] if len(own) == 1 else {}


def _is_seeded_by_run(config: Mapping[str, Any]) -> bool:
    """Return whether an encoder has the run's own seed, so that another seed is another training of one method."""
    return config["encoder"].get("seed", config.get("seed")) == config.get("seed")


def _differences(section: str, run: FinishedRun, namesakes: Sequence[FinishedRun]) -> Iterator[str]:
    configs = [other.result.config for other in (run, *namesakes)]
    own, *others = [config.get(section, {}) for config in configs]
    if section == "encoder" and all(_is_seeded_by_run(config) for config in configs):
        own, *others = [{**options, "seed": None} for options in (own, *others)]
    if any(other.get("name") != own.get("name") for other in others):
        yield str(own["name"])
    for option in differing_options(own, others):
        yield f"{section}.{option}"
