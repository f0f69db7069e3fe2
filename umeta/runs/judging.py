"""Judge every method of a run on the same saved test tasks."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple, Protocol, runtime_checkable

import numpy as np
from jaxtyping import Bool

from umeta.evaluation import ViewSolver, accuracy, evaluate_modes, evaluate_on_views, over_classes
from umeta.evaluation.method_id import MethodId, MethodKind
from umeta.evaluation.on_views import Encode
from umeta.runs.context import RunContext
from umeta.runs.result import ResultRow
from umeta.runs.testing import TestConfig, setting
from umeta.sealed_files import write_arrays
from umeta.tasks import FewShotClassifier, TaskBatch, TaskConfig, TestTasks
from umeta.tasks.gathering import Items

Answers = Bool[np.ndarray, "n_tasks n_way n_query"]
Solver = Callable[[TaskConfig], tuple[FewShotClassifier, Mapping[str, Any]]]
"""Gives what solves tasks of a shape, and the fields of its row in the results that it decides itself."""


class MethodUnderTest(NamedTuple):
    """One method to be judged: which it is, its modes, the items it works on, and its solver."""

    method: MethodId
    modes: Sequence[str | None]
    """Batch-norm modes, each with a row of its own; more than one only where the solvers are `ManyModes`."""
    inputs: Items
    """All items of the set, as images or as embeddings."""
    solver: Solver
    encode: Encode | None = None
    """Embeds views of images for a method that works on embeddings; None for one that works on images."""


class Judged(NamedTuple):
    """What one method answered to one list of tasks."""

    under_test: MethodUnderTest
    fields: Mapping[str, Any]
    """Those of its row that its solver decides."""
    tasks: TaskBatch
    """What it was judged on."""
    by_mode: Sequence[Answers]


@runtime_checkable
class TakesGradientSteps(Protocol):
    """A classifier that adapts to each task by gradient steps: `test.first` may spare it a part of the tasks."""

    @property
    def steps(self) -> int:
        """Gradient steps on each task."""
        ...


def judge(
    context: RunContext, lists: Sequence[TestTasks], methods: Sequence[MethodUnderTest]
) -> list[ResultRow]:
    """Return the row of each method in each mode on each list, and save which queries it got right."""
    rows: list[ResultRow] = []
    answers: dict[str, np.ndarray] = {}
    for tasks in lists:
        judge_on = _judge_on_views if tasks.of == "views" else _judge_on_classes
        for judged in judge_on(context, tasks, methods):
            for mode, correct in zip(judged.under_test.modes, judged.by_mode, strict=True):
                row = _row(context, tasks, judged, mode, correct)
                rows.append(row)
                answers[row.answers_key] = correct.astype(np.uint8)
    write_arrays(context.run.answers_file, answers, context.run.run_id)
    return rows


def _judge_on_classes(
    context: RunContext, tasks: TestTasks, methods: Sequence[MethodUnderTest]
) -> Iterator[Judged]:
    """Judge methods one after the other on tasks of true classes, each in all its modes."""
    for under_test in methods:
        method, shape = under_test.method, tasks.config
        description = f"{method.name}, {shape.n_way}-way {shape.n_shot}-shot"
        with context.record.stage(f"test {method.name}"):
            classifier, fields = under_test.solver(shape)
            judged_on = tasks_for(classifier, tasks, context.config.test)
            by_mode = evaluate_modes(
                classifier,
                under_test.modes,
                under_test.inputs,
                judged_on,
                device=context.device,
                name=", ".join((description, *filter(None, under_test.modes))),
                on_step=context.record,
            )
        yield Judged(under_test, fields, judged_on, by_mode)


def _judge_on_views(
    context: RunContext, tasks: TestTasks, methods: Sequence[MethodUnderTest]
) -> Iterator[Judged]:
    """Judge all methods together on tasks of views, which are made and embedded once for all."""
    fields, judged_on, solvers = [], [], []
    for under_test in methods:
        name = f"test {under_test.method.name}"
        with context.record.stage(name):
            classifier, decided = under_test.solver(tasks.config)
        fields.append(decided)
        judged_on.append(tasks_for(classifier, tasks, context.config.test))
        n_tasks = len(judged_on[-1])
        solvers.append(ViewSolver(classifier, under_test.modes, under_test.encode, n_tasks, name))
    answers = evaluate_on_views(
        solvers,
        context.images,
        tasks.tasks,
        device=context.device,
        timed=context.record.stage,
        on_step=context.record,
    )
    yield from map(Judged, methods, fields, judged_on, answers)


def _row(
    context: RunContext, tasks: TestTasks, judged: Judged, mode: str | None, correct: Answers
) -> ResultRow:
    """Return the row of one method in one mode on one list."""
    method, shape = judged.under_test.method, tasks.config
    fields: dict[str, Any] = {
        "transductive": mode == "transductive",
        "label_use": context.run.launch_record()["label_use"],
        **judged.fields,
    }
    if method.kind is MethodKind.ORACLE:
        fields["label_use"] = "oracle"
    elif method.encoder is not None and context.config.encoder.labels_seen != "none":
        fields["label_use"] = context.config.encoder.labels_seen
    return ResultRow(
        method=replace(method, batch_norm=mode),
        n_way=shape.n_way,
        n_shot=shape.n_shot,
        n_query=shape.n_query,
        **measures(correct, judged.tasks),
        split=context.config.test.split,
        seed=context.config.seed,
        tasks_hash=tasks.hash,
        query_dirichlet=context.config.test.query_dirichlet,
        **fields,
    )


def tasks_for(classifier: FewShotClassifier, tasks: TestTasks, test: TestConfig) -> TaskBatch:
    """Return the tasks of a list that a classifier is judged on: all, or the first that `test.first` leaves it."""
    first = dict(test.first).get(setting(tasks.config))
    return tasks.tasks[:first] if isinstance(classifier, TakesGradientSteps) else tasks.tasks


def measures(correct: Bool[np.ndarray, "n_tasks n_way n_query"], judged_on: TaskBatch) -> dict[str, Any]:
    """Return the figures of a row: accuracy, its intervals over tasks and over classes, and the number of tasks.

    There is no interval over classes, None, where a class is in every task, where the tasks come from many true
    partitions, whose classes are made of the same items, or where classes have unequal numbers of queries.
    """
    measured = accuracy(correct)
    one_partition = (judged_on.origin == judged_on.origin[0]).all()
    row_by_row = one_partition and judged_on.query_rows is None
    classes = over_classes(correct, judged_on.clusters).ci95 if row_by_row else math.nan
    return {
        "accuracy": measured.mean,
        "ci95": measured.ci95,
        "ci95_classes": None if math.isnan(classes) else classes,
        "n_tasks": measured.n_tasks,
    }
