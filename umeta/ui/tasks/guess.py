"""Guess it yourself: a person answers a task before the answers of learners are shown."""

from dataclasses import dataclass

import numpy as np
import streamlit as st
from jaxtyping import Int

from umeta.stage import content_hash
from umeta.tasks import TaskBatch
from umeta.ui.frame import state
from umeta.ui.tasks.board import board_key, guess_board
from umeta.ui.tasks.controls import Asked
from umeta.ui.tasks.deck import Deck, deck_of
from umeta.ui.tasks.image_rows import TaskImages, draw_rows
from umeta.ui.tasks.solvers import answers, learners_at_hand, nearest_neighbour, solver_of

PARAMETER = "guess"
MOST_LEARNERS = 3
LETTERS = "ABC"


@dataclass(frozen=True, eq=False)
class Answered:
    """The answers of one solver, or of the person, to a task."""

    name: str
    short: str
    rows: Int[np.ndarray, "n_way n_query"]

    @property
    def right(self) -> np.ndarray:
        """Which queries are put in their own row (n_way, n_query)."""
        return self.rows == np.arange(len(self.rows))[:, None]


def guess_it(asked: Asked) -> None:
    """Draw the board, or the answers once the person has given theirs."""
    deck = deck_of(asked)
    batch = deck.draw(asked.task)
    pictures = TaskImages.of(state.dataset(), batch)
    guess = read_guess(st.query_params.get(PARAMETER, ""), batch)
    if guess is None:
        _board(asked, batch, pictures)
    else:
        _outcome(asked, deck, batch, pictures, guess)


def task_name(batch: TaskBatch) -> str:
    """Return what identifies the first task of a batch, whatever it was drawn from."""
    seeds = None if batch.views is None else batch.views.seeds.tolist()
    return content_hash([batch.support[0].tolist(), batch.query[0].tolist(), seeds], length=6)


def guess_text(batch: TaskBatch, rows: Int[np.ndarray, "n_way n_query"]) -> str:
    """Return a guess as the link keeps it: the task's name, and rows from 1 on."""
    return f"{task_name(batch)}-{'.'.join(str(row + 1) for row in rows.ravel().tolist())}"


def read_guess(text: str, batch: TaskBatch) -> Int[np.ndarray, "n_way n_query"] | None:
    """Return the guess that a link keeps; None where there is none, or it is of another task."""
    name, _, given = text.partition("-")
    numbers = [int(part) for part in given.split(".") if part.isdecimal()]
    n_way, n_query = batch.query.shape[1:]
    if (
        name != task_name(batch)
        or len(numbers) != n_way * n_query
        or not set(numbers) <= {*range(1, n_way + 1)}
    ):
        return None
    return np.array(numbers).reshape(n_way, n_query) - 1


def shown_order(asked: Asked, n_queries: int) -> Int[np.ndarray, " n_queries"]:
    """Return the order in which a person sees the queries; the same link gives the same."""
    return np.random.default_rng([asked.task, 11]).permutation(n_queries)


def _board(asked: Asked, batch: TaskBatch, pictures: TaskImages) -> None:
    task, order = task_name(batch), shown_order(asked, batch.query[0].size)

    def hand_in() -> None:
        given = st.session_state[board_key(task)]["answers"]
        rows = np.empty(len(order), int)
        rows[order] = given
        st.query_params[PARAMETER] = guess_text(batch, rows.reshape(batch.query.shape[1:]))

    st.markdown(
        "Be the learner: the numbered rows are all you are given. Your answers are compared afterwards."
    )
    guess_board(pictures, order, task=task, on_done=hand_in)


def _outcome(
    asked: Asked, deck: Deck, batch: TaskBatch, pictures: TaskImages, guess: Int[np.ndarray, "n_way n_query"]
) -> None:
    everyone = [Answered("you", "you", guess), *_learners(deck, batch, pictures)]
    st.markdown(f"#### {in_words(everyone, deck.shape.n_way)}")
    with st.container(horizontal=True):
        for one in everyone:
            name = one.name if one.name == one.short else f"{one.short}: {one.name.partition(' · ')[0]}"
            st.metric(
                name,
                f"{one.right.mean():.0%}",
                f"{one.right.sum()} of {one.right.size}",
                delta_color="off",
                delta_arrow="off",
                border=True,
                width=170,
            )
        st.metric(
            "guessing",
            f"{1 / deck.shape.n_way:.0%}",
            f"{guess.size / deck.shape.n_way:.0f} of {guess.size}",
            delta_color="off",
            delta_arrow="off",
            border=True,
            width=170,
        )
    st.markdown(_how_to_read(deck, everyone))
    draw_rows(state.dataset(), deck, batch, revealed=asked.revealed, captions=_captions(everyone))
    st.button("Guess again", icon=":material/replay:", on_click=_forget)


def _how_to_read(deck: Deck, everyone: list[Answered]) -> str:
    right = "a view of it"
    if deck.partitions:
        right = "of the same true class" if deck.true_classes else "from the same cluster"
    names = [f"{one.short} is {one.name}." for one in everyone if one.name != one.short]
    return " ".join([f"✓ is right: {right}. ✗ is followed by the row that was answered.", *names])


def in_words(everyone: list[Answered], n_way: int) -> str:
    """Say who got how many right, the person first."""
    you, others = everyone[0], everyone[1:]
    beside = ", ".join(
        f"{'the ' if one.name == one.short else ''}{one.name.partition(' · ')[0]} {one.right.sum()}"
        for one in others
    )
    return (
        f"You got {you.right.sum()} of {you.right.size} right"
        + (f"; {beside}" if beside else "")
        + f"; guessing gets {you.right.size / n_way:.0f}."
    )


def _learners(deck: Deck, batch: TaskBatch, pictures: TaskImages) -> list[Answered]:
    found = []
    if deck.partitions:  # a random view has no place in the embedding
        nearest = nearest_neighbour()
        found.append(Answered(nearest.name, nearest.name, answers(nearest, batch, pictures)))
    newest = list(learners_at_hand(deck.shape).items())[:MOST_LEARNERS]
    for letter, (name, run) in zip(LETTERS, newest, strict=False):
        found.append(Answered(name, letter, answers(solver_of(name, run), batch, pictures)))
    return found


def _captions(everyone: list[Answered]) -> list[list[str]]:
    """Return under each query who was right, and what was answered instead."""

    def line(one: Answered, row: int, k: int) -> str:
        short = "near" if one.name == one.short != "you" else one.short
        return f"{short} " + ("✓" if one.right[row, k] else f"✗{one.rows[row, k] + 1}")

    n_way, n_query = everyone[0].rows.shape
    return [["/".join(line(one, row, k) for one in everyone) for k in range(n_query)] for row in range(n_way)]


def _forget() -> None:
    del st.query_params[PARAMETER]
