"""Judge every method of a run on the same saved test tasks."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple, Protocol, runtime_checkable

import numpy as np
import torch
from jaxtyping import Bool
from safetensors.numpy import save

from umeta.cache import write_atomically
from umeta.evaluation import accuracy, evaluate_modes, over_classes
from umeta.evaluation.method_id import MethodId, MethodKind
from umeta.runs.context import RunContext
from umeta.runs.result import ResultRow
from umeta.runs.testing import TestConfig, setting
from umeta.stage import content_hash
from umeta.tasks import FewShotClassifier, TaskBatch, TaskConfig, TestTasks

Solver = Callable[[TaskConfig], tuple[FewShotClassifier, Mapping[str, Any]]]
"""Gives what solves tasks of a shape, and the fields of its row in the results that it decides itself."""


class MethodUnderTest(NamedTuple):
    """One method to be judged: which it is, its modes, the items it works on, and its solver."""

    method: MethodId
    modes: Sequence[str | None]
    """Batch-norm modes, each with a row of its own; more than one only where the solvers are `ManyModes`."""
    inputs: torch.Tensor
    """All items of the set, as images or as embeddings."""
    solver: Solver


@runtime_checkable
class TakesGradientSteps(Protocol):
    """A classifier that adapts to each task by gradient steps: `test.first` may spare it a part of the tasks."""

    @property
    def steps(self) -> int:
        """Gradient steps on each task."""
        ...


def draw_test_tasks(context: RunContext) -> list[TestTasks]:
    """Draw and save the list of test tasks of each way and shot.

    Raises:
        UserError: the split has too few classes or items for such tasks.
    """
    test = context.config.test
    lists = []
    for shape in test.shapes():
        tasks = TestTasks.draw(context.dataset, shape, n_tasks=test.n_tasks, split=test.split, seed=test.seed)
        tasks.save(context.run.path / "test_tasks" / f"{setting(shape)}.safetensors")
        lists.append(tasks)
    return lists


def hash_of_lists(lists: Sequence[TestTasks]) -> str:
    """Return the hash of the list of test tasks, or of the hashes of several."""
    hashes = {setting(tasks.config): tasks.hash for tasks in lists}
    return next(iter(hashes.values())) if len(hashes) == 1 else content_hash(hashes)


def judge(
    context: RunContext, lists: Sequence[TestTasks], methods: Sequence[MethodUnderTest]
) -> list[ResultRow]:
    """Return the row of each method in each mode on each list, and save which queries it got right."""
    rows: list[ResultRow] = []
    answers: dict[str, np.ndarray] = {}
    for tasks in lists:
        for method in methods:
            for row, correct in _judge_on(context, tasks, method):
                rows.append(row)
                answers[row.answers_key] = correct.astype(np.uint8)
    write_atomically(context.run.path / "correct.safetensors", save(answers))
    return rows


def _judge_on(
    context: RunContext, tasks: TestTasks, under_test: MethodUnderTest
) -> list[tuple[ResultRow, Bool[np.ndarray, "n_tasks n_way n_query"]]]:
    """Judge one method on one list, in all its modes."""
    config, shape = context.config, tasks.config
    method, modes, inputs, solver = under_test
    description = ", ".join((f"{method.name}, {shape.n_way}-way {shape.n_shot}-shot", *filter(None, modes)))
    with context.record.stage(f"test {method.name}"):
        classifier, decided_by_solver = solver(shape)
        judged_on = tasks_for(classifier, tasks, config.test)
        by_mode = evaluate_modes(
            classifier,
            modes,
            inputs,
            judged_on,
            device=context.device,
            name=description,
            on_step=context.record,
        )
    label_use = context.run.launch_record()["label_use"]
    rows = []
    for mode, correct in zip(modes, by_mode, strict=True):
        fields: dict[str, Any] = {
            "transductive": mode == "transductive",
            "label_use": "oracle" if method.kind is MethodKind.ORACLE else label_use,
            **decided_by_solver,
        }
        row = ResultRow(
            method=replace(method, batch_norm=mode),
            n_way=shape.n_way,
            n_shot=shape.n_shot,
            n_query=shape.n_query,
            **measures(correct, judged_on),
            split=config.test.split,
            seed=config.seed,
            tasks_hash=tasks.hash,
            **fields,
        )
        rows.append((row, correct))
    return rows


def tasks_for(classifier: FewShotClassifier, tasks: TestTasks, test: TestConfig) -> TaskBatch:
    """Return the tasks of a list that a classifier is judged on: all, or the first that `test.first` leaves it."""
    first = dict(test.first).get(setting(tasks.config))
    return tasks.tasks[:first] if isinstance(classifier, TakesGradientSteps) else tasks.tasks


def measures(correct: Bool[np.ndarray, "n_tasks n_way n_query"], judged_on: TaskBatch) -> dict[str, Any]:
    """Return the figures of a row: accuracy, its intervals over tasks and over classes, and the number of tasks.

    There is no interval over classes, None, where a class is in every task, or where the tasks come from many true
    partitions, whose classes are made of the same items.
    """
    measured = accuracy(correct)
    one_partition = (judged_on.origin == judged_on.origin[0]).all()
    classes = over_classes(correct, judged_on.clusters).ci95 if one_partition else math.nan
    return {
        "accuracy": measured.mean,
        "ci95": measured.ci95,
        "ci95_classes": None if math.isnan(classes) else classes,
        "n_tasks": measured.n_tasks,
    }
