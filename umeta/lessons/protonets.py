"""Lesson 7: ProtoNets as distances, drawn for one task while they train."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float32, Int, Int32, UInt8

from umeta.browser.grid import GridRow, Tile, rows_html
from umeta.cache import Home
from umeta.demo import DEMO
from umeta.figures.distances import distances_to_prototypes
from umeta.figures.palette import PETROFF
from umeta.lessons.drawings import characters, demo
from umeta.lessons.lesson import Lesson, Scene, Try, nearest_choice
from umeta.lessons.recorded import PROTONETS_FILE, PROTONETS_STEPS
from umeta.stage import OnStep

OFFERED = (5, 13, 21)


@dataclass(frozen=True, eq=False)
class Facts:
    """A test task, and its distances at some steps of a training that was recorded."""

    images: UInt8[np.ndarray, "n_items 1 height width"]
    support: Int[np.ndarray, " n_way"]
    query: Int[np.ndarray, "n_way n_query"]
    steps: Int32[np.ndarray, " n_steps"]
    distances: Float32[np.ndarray, "n_steps n_way n_query n_way"]
    accuracy: Float32[np.ndarray, " n_steps"]
    """Over many test tasks."""

    def right(self, place: int) -> int:
        """Return how many queries of the task are nearest to their own class."""
        return int((self.distances[place].argmin(-1) == np.arange(len(self.support))[:, None]).sum())


def prepare(home: Home, on_step: OnStep) -> Facts:
    """Read the recorded training, and the images of its task."""
    from safetensors.numpy import load_file

    exam = demo().exams[0]
    return Facts(
        images=characters(home, on_step).images.images,
        support=exam.support.astype(int),
        query=exam.query.astype(int),
        **load_file(PROTONETS_FILE),
    )


def ask(facts: Facts) -> Scene:
    """Show the task."""
    rows = [
        GridRow(
            parts=(
                [Tile(item=int(example), alt="example")],
                [Tile(item=int(item), alt="query") for item in queries],
            ),
            heading=f"{row + 1}",
            colour=PETROFF[row],
        )
        for row, (example, queries) in enumerate(zip(facts.support, facts.query, strict=True))
    ]
    return Scene(
        "ProtoNets have no head: a network turns drawings into points, and a query belongs to the class whose "
        "examples' mean, the **prototype**, is nearest. Training moves the points. First an **untrained** network, "
        "with random weights.",
        (rows_html(facts.images, rows, ("Example", "Queries"), side=56),),
    )


def answer(facts: Facts) -> int:
    """Return the choice that is nearest to the right queries before training."""
    return nearest_choice(facts.right(0), OFFERED)


def reveal(facts: Facts, frame: int) -> Scene:
    """Show the distances at one step of the training."""
    step, n_queries = int(facts.steps[frame]), facts.query.size
    when = "**Random weights:**" if step == 0 else f"**After {step:,} training steps**"
    hint = (
        " A random network already keeps like drawings near each other."
        if step == 0
        else " Training draws the filled points below the dashes."
    )
    return Scene(
        f"{when} **{facts.right(frame)} of {n_queries}** queries are nearest to their own class; over many test tasks "
        f"{facts.accuracy[frame]:.0%}, by guessing {1 / len(facts.support):.0%}.{hint}",
        (distances_to_prototypes(facts.distances[frame]),),
    )


LESSON = Lesson(
    name="protonets",
    title="ProtoNets as distances",
    idea="A class is a point, and to learn is to move the points.",
    question="With random weights, how many of the 25 queries are nearest to their own class?",
    choices=("5, as by guessing", *(f"about {count}" for count in OFFERED[1:])),
    prepare=prepare,
    ask=ask,
    answer=answer,
    frames=tuple(f"{step:,}" for step in PROTONETS_STEPS),
    reveal=reveal,
    tries=(
        Try("Draw characters and read the distances.", "draw"),
        Try(
            "Train ProtoNets on clusters of the digits, and watch.",
            "train",
            {"dataset": "digits"},
        ),
        Try(
            "See the tasks that the demo's ProtoNets find hard.",
            "results",
            {"run": DEMO, "section": "Which tasks are hard?"},
        ),
    ),
)
