"""The report card of a thousand tasks: are they as hard as the test tasks, and how often are they wrong?"""

from collections.abc import Mapping

import numpy as np
import streamlit as st
from jaxtyping import Float

from umeta.stage import OnStep, UserError
from umeta.tasks.report import TaskTruth, against_classes, nearest_accuracy
from umeta.ui.frame import state
from umeta.ui.shared.fact_table import card_html
from umeta.ui.tasks.controls import Asked
from umeta.ui.tasks.deck import TEXTS, Deck, deck_of

N_TASKS = 1000
TEST = "test tasks"
Z = 1.96
FACTS = {
    "different": (
        "Tasks of different classes",
        "All N rows have another true class: no two answers are the same.",
    ),
    "matching": ("Pairs that truly match", "A support and a query image of one row are of one true class."),
    "noise": ("Label noise", "Queries that are not of their row's most frequent class."),
}
Accuracies = Float[np.ndarray, " n_tasks"]


def report_card(asked: Asked) -> None:
    """Judge the first thousand tasks of the source."""
    deck = deck_of(asked)
    st.markdown(
        f"**{N_TASKS:,} {asked.shape.n_way}-way {asked.shape.n_shot}-shot tasks.** {TEXTS[deck.kind]}"
    )
    left, right = st.columns([3, 2], gap="large")
    with left:
        st.markdown("#### How hard are they?")
        _difficulty(asked, deck)
    with right:
        st.markdown("#### Do they ask for the true classes?")
        if not asked.revealed:
            st.info(
                "This, and whether test tasks are as hard, can be said only with the true classes. Reveal them above.",
                icon=":material/visibility_off:",
            )
            return
        _truth(deck)


def _difficulty(asked: Asked, deck: Deck) -> None:
    from umeta.figures.task_report import difficulty  # these two import plotly, which no other view needs
    from umeta.ui.shared.charts import draw_chart

    if not deck.partitions:
        st.info(
            "The embedding holds no random views, so nearest neighbours say nothing of augmented tasks.",
            icon=":material/info:",
        )
        return
    name = TEST if deck.kind == TEST else "pseudo-tasks" if not deck.true_classes else "oracle tasks"
    found = {name: _accuracies(deck)}
    if asked.revealed:
        try:
            found[TEST] = _accuracies(deck_of(asked, TEST))
        except UserError as error:
            st.info(f"There are no such test tasks to compare with: {error}", icon=":material/info:")
    if len(found) == 2:
        st.markdown(verdict(name, found[name], found[TEST]))
    else:
        st.markdown(f"The nearest neighbour gets **{found[name].mean():.0%}** of their queries right.")
    draw_chart(difficulty(found, asked.shape.n_way), key="difficulty", picture="png")
    st.caption(
        f"By the nearest neighbour in the {state.selection().encoder} embedding: pseudo-tasks as their clusters have "
        "it, test tasks as true classes have it, on images that no training sees."
    )


def verdict(name: str, ours: Accuracies, test: Accuracies) -> str:
    """Say in one sentence which tasks are easier, and what that means."""
    gap = 100 * (ours.mean() - test.mean())
    error = 100 * Z * float(np.sqrt(ours.var() / len(ours) + test.var() / len(test)))
    apart = f"{abs(gap):.1f} ± {error:.1f} points"
    if gap > max(error, 1):
        return (
            f"**The {name} are easier than the test tasks, by {apart}**: more of what they ask can be answered by "
            "likeness in the embedding alone, so they leave less to learn than a test will ask."
        )
    if -gap > max(error, 1):
        return (
            f"**The {name} are harder than the test tasks, by {apart}**: their rows cut through what lies close in the "
            "embedding, so likeness alone does not answer them."
        )
    return (
        f"**The {name} are about as hard as the test tasks** ({gap:+.1f} ± {error:.1f} points): practice is like the "
        "test."
    )


def _accuracies(deck: Deck) -> Accuracies:
    vectors = state.embedding().vectors

    def measure(on_step: OnStep) -> Accuracies:
        return nearest_accuracy(vectors, deck.first(N_TASKS, on_step))

    return state.remember(
        "nearest accuracies",
        f"{state.embedding_key()} {deck.key}",
        f"Answering {N_TASKS:,} {deck.kind} tasks",
        measure,
    )


def _truth(deck: Deck) -> None:
    classes = state.dataset().classes.values
    truth = state.remember(
        "task truth",
        f"{state.embedding_key()} {deck.key}",
        f"Comparing {N_TASKS:,} tasks with true classes",
        lambda step: against_classes(deck.first(N_TASKS, step), classes),
    )
    st.html(card_html([deck.kind], FACTS, [truth_facts(truth)]))
    st.markdown(meaning(truth))


def truth_facts(truth: TaskTruth) -> Mapping[str, str]:
    """Return the numbers of the card, by the keys of `FACTS`."""
    return {
        "different": f"{truth.different.mean():.1%}",
        "matching": f"{truth.matching.mean():.1%}",
        "noise": f"{truth.noise.mean():.1%}",
    }


def meaning(truth: TaskTruth) -> str:
    """Say in one sentence what the card means."""
    wrong = truth.noise.mean()
    clash = 1 - truth.different.mean()
    return (
        f"**In words:** {wrong:.0%} of the answers that a learner is trained to give are wrong by true classes, and in "
        f"{clash:.0%} of the tasks it must tell apart two rows that are mostly the same class."
    )
