"""Guess it yourself: a person answers a task before the answers of learners are shown."""

from dataclasses import dataclass

import numpy as np
import streamlit as st
from jaxtyping import Bool, Int

from umeta.browser.guess.board import query_order
from umeta.browser.task_images import TaskImages
from umeta.tasks import TaskBatch
from umeta.tasks.guess_code import decode_guess, encode_guess, task_code
from umeta.ui.frame import links, state
from umeta.ui.frame.text import plain
from umeta.ui.tasks.board import board_key, guess_board
from umeta.ui.tasks.controls import TaskRequest
from umeta.ui.tasks.image_rows import draw_rows
from umeta.ui.tasks.numbered_tasks import NumberedTasks, tasks_for
from umeta.ui.tasks.solvers import answers, available_learners, learner_of_run, nearest_neighbour

LETTERS = "ABC"
"""Short names of the learners that answer too, the newest first."""


@dataclass(frozen=True, eq=False)
class TaskAnswers:
    """The answers of one solver, or of the person, to a task."""

    name: str
    short: str
    """Under the queries; the name itself for those that have no letter."""
    rows: Int[np.ndarray, "n_way n_query"]
    """The row that each query was put in."""

    @property
    def right(self) -> Bool[np.ndarray, "n_way n_query"]:
        """Whether each query was put in its own row."""
        return self.rows == np.arange(len(self.rows))[:, None]

    @property
    def method(self) -> str:
        """The name without that of the run."""
        return self.name.partition(" · ")[0]


def draw_guess(request: TaskRequest) -> None:
    """Draw the board, or the answers once the person has given theirs."""
    tasks = tasks_for(request)
    batch = tasks.draw(request.number)
    pictures = TaskImages.of(state.dataset(), batch)
    guess = decode_guess(links.GUESS.read(), batch)
    if guess is None:
        _draw_board(request, batch, pictures)
        return
    contenders = [TaskAnswers("you", "you", guess), *_solvers_answers(tasks, batch, pictures)]
    _draw_scores(contenders, tasks.shape.n_way)
    st.markdown(_reading_advice(tasks, contenders))
    draw_rows(state.dataset(), tasks, batch, revealed=request.revealed, captions=_captions(contenders))
    st.button("Guess again", icon=":material/replay:", on_click=links.GUESS.remove)


def _draw_board(request: TaskRequest, batch: TaskBatch, pictures: TaskImages) -> None:
    # the order in which a person sees the queries; the same link gives the same
    order = query_order(request.number, batch.query[0].size)
    task = task_code(batch)

    def put_into_link() -> None:
        rows = np.empty(len(order), int)
        rows[order] = st.session_state[board_key(task)]["answers"]
        links.GUESS.write(encode_guess(batch, rows.reshape(batch.query.shape[1:])))

    st.markdown(
        "Be the learner: the numbered rows are all you are given. Your answers are compared afterwards."
    )
    guess_board(pictures, order, task=task, on_done=put_into_link)


def _draw_scores(contenders: list[TaskAnswers], n_way: int) -> None:
    """Draw the right answers of everyone and of guessing, as a sentence and as numbers."""
    st.markdown(f"#### {plain(score_sentence(contenders, n_way))}")
    n_queries = contenders[0].right.size
    scores = {
        contender.name if contender.name == contender.short else f"{contender.short}: {contender.method}": (
            contender.right.mean(),
            contender.right.sum(),
        )
        for contender in contenders
    }
    scores["guessing"] = 1 / n_way, n_queries / n_way
    with st.container(horizontal=True):
        for name, (share, n_right) in scores.items():
            st.metric(
                plain(name),
                f"{share:.0%}",
                f"{n_right:.0f} of {n_queries}",
                delta_color="off",
                delta_arrow="off",
                border=True,
                width=170,
            )


def score_sentence(contenders: list[TaskAnswers], n_way: int) -> str:
    """Return who got how many right, the person first."""
    you, others = contenders[0], contenders[1:]
    scores = ", ".join(
        f"{'the ' if other.name == other.short else ''}{other.method} {other.right.sum()}" for other in others
    )
    return (
        f"You got {you.right.sum()} of {you.right.size} right"
        + (f"; {scores}" if scores else "")
        + f"; guessing gets {you.right.size / n_way:.0f}."
    )


def _reading_advice(tasks: NumberedTasks, contenders: list[TaskAnswers]) -> str:
    """Return what the signs and letters under the queries mean."""
    right = "a view of it"
    if tasks.partitions:
        right = "of the same true class" if tasks.true_classes else "from the same cluster"
    letters = [
        f"{contender.short} is {plain(contender.name)}."
        for contender in contenders
        if contender.name != contender.short
    ]
    return " ".join([f"✓ is right: {right}. ✗ is followed by the row that was answered.", *letters])


def _solvers_answers(tasks: NumberedTasks, batch: TaskBatch, pictures: TaskImages) -> list[TaskAnswers]:
    """Return the answers of the nearest neighbour and of the newest learners."""
    contenders = []
    if tasks.partitions:  # a random view has no place in the embedding
        nearest = nearest_neighbour()
        contenders.append(TaskAnswers(nearest.name, nearest.name, answers(nearest, batch, pictures)))
    for letter, (name, run) in zip(LETTERS, available_learners(tasks.shape).items(), strict=False):
        learner = learner_of_run(name, run)
        contenders.append(TaskAnswers(name, letter, answers(learner, batch, pictures)))
    return contenders


def _captions(contenders: list[TaskAnswers]) -> list[list[str]]:
    """Return under each query who was right, and what was answered instead."""

    def line(contender: TaskAnswers, row: int, k: int) -> str:
        short = "near" if contender.name == contender.short != "you" else contender.short
        return f"{short} " + ("✓" if contender.right[row, k] else f"✗{contender.rows[row, k] + 1}")

    n_way, n_query = contenders[0].rows.shape
    return [
        ["/".join(line(contender, row, k) for contender in contenders) for k in range(n_query)]
        for row in range(n_way)
    ]
