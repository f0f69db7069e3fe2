"""Lesson 6: MAML in five gradient steps, on a task of drawings while it is meta-trained, and in the plane."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int, Int32, UInt8

from umeta.browser.grid import GridRow, Tile, rows_html
from umeta.cache import Home
from umeta.demo import DEMO, MAML
from umeta.figures.chart import Chart
from umeta.figures.palette import PETROFF
from umeta.figures.practice import starts_over_training
from umeta.lessons.drawings import characters
from umeta.lessons.lesson import Lesson, Scene, Try, nearest_choice
from umeta.lessons.recorded import GRADIENT_STEPS, MAML_FILE, MAML_STEPS, MAML_TASKS
from umeta.stage import OnStep

OFFERED = (5, 12, 20)
PLANE_FRAMES = (0, 1, GRADIENT_STEPS)
MOVED = PETROFF[2]


@dataclass(frozen=True, eq=False)
class Facts:
    """Test tasks from the starts of a training that was recorded, one of them to be shown, and a task in the plane."""

    images: UInt8[np.ndarray, "n_items 1 height width"]
    support: Int[np.ndarray, " n_way"]
    query: Int[np.ndarray, "n_way n_query"]
    shown: int
    """Which of the tasks has these items."""
    steps: Int32[np.ndarray, " n_starts"]
    """After how many training steps each start was looked at."""
    answers: UInt8[np.ndarray, "n_starts n_steps n_tasks n_way n_query"]
    """The row that each query is put in, before the first gradient step from each start and after each."""
    plane: "PlaneFacts"

    def rows(self, start: int, step: int) -> UInt8[np.ndarray, "n_way n_query"]:
        """Return the row that each query of the shown task is put in."""
        return self.answers[start, step, self.shown]

    def right(self, step: int, start: int = -1) -> int:
        """Return how many of them are their own row."""
        return int((self.rows(start, step) == np.arange(len(self.support))[:, None]).sum())

    @property
    def accuracy(self) -> Float[np.ndarray, "n_starts n_steps"]:
        """The share of the queries of all tasks that are put in their own row."""
        return (self.answers == np.arange(len(self.support))[:, None]).mean(axis=(2, 3, 4))


@dataclass(frozen=True, eq=False)
class PlaneFacts:
    """A task in the plane, and the mean over many."""

    pictures: tuple[Chart, ...]
    """By frame."""
    shares: tuple[float, ...]
    """The share of the queries of many tasks on their own side, by frame, from the meta-trained start."""
    untrained: float
    """The same after all steps from the start before meta-training."""


def prepare(home: Home, on_step: OnStep) -> Facts:
    """Read the recorded training and the images of its task, and train in the plane."""
    from safetensors.numpy import load_file

    from umeta.tasks import TestTasks

    recorded = load_file(MAML_FILE)
    tasks = TestTasks.load(MAML / "test_tasks" / "5way_1shot.safetensors").tasks[:MAML_TASKS]
    right = recorded["answers"][-1] == tasks.true_rows
    by_task = right.mean(axis=(2, 3))
    # the task that is most like the mean of all
    shown = int(np.abs(by_task - by_task.mean(axis=1, keepdims=True)).sum(axis=0).argmin())
    return Facts(
        images=characters(home, on_step).images.images,
        support=tasks.support[shown, :, 0],
        query=tasks.query[shown],
        shown=shown,
        plane=_plane(),
        **recorded,
    )


def _plane() -> PlaneFacts:
    import torch

    from umeta.figures.plane_task import plane_task
    from umeta.learners.plane_maml import adapt_line, answers_of, draw_plane_tasks, meta_train_line

    starts = meta_train_line(GRADIENT_STEPS, seed=0)
    tasks = draw_plane_tasks(500, generator=torch.Generator().manual_seed(1))
    labels = tasks.query_labels.numpy()
    first, last = (
        adapt_line(torch.tensor(start), tasks.support, GRADIENT_STEPS) for start in (starts[0], starts[-1])
    )
    right = np.stack([(answers_of(last[k], tasks.query) == labels).mean(axis=1) for k in PLANE_FRAMES])
    shown = int(np.abs(right - right.mean(axis=1, keepdims=True)).sum(axis=0).argmin())
    lines = np.stack([weights[shown].detach().numpy() for weights in last])
    pictures = tuple(
        plane_task(
            tasks.support[shown].numpy(),
            tasks.query[shown].numpy(),
            labels,
            answers_of(last[k][shown : shown + 1], tasks.query[shown : shown + 1])[0],
            lines[: k + 1],
        )
        for k in PLANE_FRAMES
    )
    untrained = float((answers_of(first[-1], tasks.query) == labels).mean())
    return PlaneFacts(pictures, tuple(right.mean(axis=1).tolist()), untrained)


def ask(facts: Facts) -> Scene:
    """Show the task, its queries in no order."""
    order = np.random.default_rng(0).permutation(facts.query.ravel())
    examples = [
        Tile(item=int(item), alt="example", caption=str(k + 1)) for k, item in enumerate(facts.support)
    ]
    queries = [Tile(item=int(item), alt="query") for item in order]
    rows = [GridRow(heading="Examples", parts=[examples]), GridRow(heading="Queries", parts=[queries])]
    return Scene(
        "MAML practised on thousands of tasks made of clusters. What it learned is a **start**: weights from which a "
        f"few gradient steps on {len(facts.support)} examples are enough. It has never seen these characters.",
        (rows_html(facts.images, rows, side=56),),
    )


def answer(facts: Facts) -> int:
    """Return the choice that is nearest to the right queries after one step."""
    return nearest_choice(facts.right(1), OFFERED)


def reveal(facts: Facts, frame: int) -> Scene:
    """Show the task step by step, then from each start of the training, the mean of several tasks, and the plane."""
    if frame <= GRADIENT_STEPS:
        return _gradient_step(facts, frame)
    start = frame - GRADIENT_STEPS - 1
    if start < len(MAML_STEPS):
        return _training_step(facts, start)
    if start == len(MAML_STEPS):
        return _all_of_training(facts)
    return _plane_step(facts, start - len(MAML_STEPS) - 1)


def _gradient_step(facts: Facts, step: int) -> Scene:
    """Show the task after so many gradient steps from the start that the training ended with."""
    n_queries = facts.query.size
    rows, before = facts.rows(-1, step), facts.rows(-1, max(step - 1, 0))
    when = (
        "**Before the first step**"
        if step == 0
        else f"**After {step} gradient step{'s' if step > 1 else ''}**"
    )
    moved = f" {(rows != before).sum() or 'None'} changed row in this step (framed)." if step else ""
    return Scene(
        f"{when} **{facts.right(step)} of {n_queries}** are in the right row; guessing gets "
        f"{n_queries // len(facts.support)}.{moved}",
        (_rows(facts, rows, before),),
    )


def _training_step(facts: Facts, start: int) -> Scene:
    """Show the task after all gradient steps from a start of the training."""
    rows, before = facts.rows(start, -1), facts.rows(max(start - 1, 0), -1)
    accuracy = facts.accuracy[start]
    when = (
        "**Before meta-training**, from random weights"
        if start == 0
        else f"**After {facts.steps[start]:,} of {facts.steps[-1]:,} training steps**"
    )
    return Scene(
        f"{when}, {GRADIENT_STEPS} gradient steps put **{facts.right(-1, start)} of {facts.query.size}** queries in "
        f"the right row. Over {MAML_TASKS} tasks: {accuracy[0]:.0%} before a gradient step, {accuracy[1]:.0%} after "
        f"one and **{accuracy[-1]:.0%}** after {GRADIENT_STEPS}.",
        (_rows(facts, rows, before),),
    )


def _all_of_training(facts: Facts) -> Scene:
    """Show what each start of the training is good for."""
    accuracy = facts.accuracy
    return Scene(
        f"Is it the steps or the start? Over {MAML_TASKS} tasks, {GRADIENT_STEPS} steps from **fresh weights** end at "
        f"{accuracy[0, -1]:.0%}; from the **learned start** one step gives {accuracy[-1, 1]:.0%} and {GRADIENT_STEPS} "
        f"give **{accuracy[-1, -1]:.0%}**. Before any step it gets {accuracy[-1, 0]:.0%}: it knows no character, but "
        "how to learn one.",
        (starts_over_training(facts.steps.tolist(), accuracy, 1 / len(facts.support)),),
    )


def _plane_step(facts: Facts, place: int) -> Scene:
    """Show the same with two weights."""
    steps, untrained = PLANE_FRAMES[place], f"; {GRADIENT_STEPS} steps from an untrained start give "
    return Scene(
        f"**The same with two weights**, a line in a plane, after {steps} of {GRADIENT_STEPS} steps. Large points are "
        f"the two examples. Over 500 such tasks {facts.plane.shares[place]:.0%} of the points are on their own side"
        + (f"{untrained}{facts.plane.untrained:.0%}." if steps == GRADIENT_STEPS else "."),
        (facts.plane.pictures[place],),
    )


def _rows(
    facts: Facts, answers: UInt8[np.ndarray, "n_way n_query"], before: UInt8[np.ndarray, "n_way n_query"]
) -> str:
    """Return the queries in the rows that they are put in, framed where it was another row before."""
    grid_rows = []
    own = np.broadcast_to(np.arange(len(facts.support))[:, None], answers.shape)
    moved = answers != before
    for row, example in enumerate(facts.support.tolist()):
        here = answers == row
        tiles = [
            Tile(
                item=item,
                caption="✓" if is_right else "✗",
                alt=("right" if is_right else "wrong") + (", changed its row" if has_moved else ""),
                colour=MOVED if has_moved else None,
            )
            for item, is_right, has_moved in zip(
                facts.query[here].tolist(), (own == row)[here].tolist(), moved[here].tolist(), strict=True
            )
        ]
        grid_rows.append(
            GridRow(
                parts=([Tile(item=example, alt="example")], tiles), heading=f"{row + 1}", colour=PETROFF[row]
            )
        )
    return rows_html(facts.images, grid_rows, ("Example", "Queries put here"), side=56)


LESSON = Lesson(
    name="maml",
    title="MAML in five gradient steps",
    idea="What is learned is a start from which a few steps suffice.",
    question="After one gradient step on the examples, how many of the 25 queries are in the right row?",
    choices=tuple(f"about {count}" for count in OFFERED),
    prepare=prepare,
    ask=ask,
    answer=answer,
    frames=(
        "Before",
        *(f"Step {k}" for k in range(1, GRADIENT_STEPS + 1)),
        *(f"Trained {steps:,}" for steps in MAML_STEPS),
        "Steps or start?",
        *(f"Plane, {k}" for k in PLANE_FRAMES),
    ),
    reveal=reveal,
    tries=(
        Try(
            "Look inside the demo's MAML: fifty steps, the head alone, other tasks.",
            "results",
            {"run": DEMO, "section": "Inside a learner"},
        ),
        Try("Draw a character for it.", "draw"),
    ),
)
