"""The report card of a thousand tasks: are they as hard as the test tasks, and how often are they wrong?"""

from collections.abc import Mapping

import numpy as np
import streamlit as st
from jaxtyping import Float

from umeta.evaluation.intervals import unpaired_difference
from umeta.stage import OnStep, UserError
from umeta.tasks.difficulty import nearest_accuracy
from umeta.tasks.task_truth import TaskTruth, against_classes
from umeta.ui.frame import state
from umeta.ui.frame.memory import remember
from umeta.ui.frame.text import plain
from umeta.ui.shared.fact_table import card_html
from umeta.ui.shared.reveal import draw_why_hidden
from umeta.ui.tasks.controls import TaskRequest
from umeta.ui.tasks.notebook_cell import difficulty_cell
from umeta.ui.tasks.numbered_tasks import TEXTS, NumberedTasks, noise_text, tasks_for

N_TASKS = 1000
TEST = "test tasks"
MIN_GAP = 1.0
"""Points of accuracy below which tasks count as equally hard, however sure their difference is."""
FACTS = {
    "different": (
        "Tasks of different classes",
        "The N rows are of N different true classes.",
    ),
    "matching": (
        "Pairs that truly match",
        "A support image and a query image of one row are of the same true class.",
    ),
    "noise": ("Label noise", "Queries that are not of the most frequent true class of their row."),
}
Accuracies = Float[np.ndarray, " n_tasks"]


def draw_report_card(request: TaskRequest) -> None:
    """Judge the first thousand tasks of the source."""
    tasks = tasks_for(request)
    st.markdown(
        f"**{N_TASKS:,} {request.shape.n_way}-way {request.shape.n_shot}-shot tasks.** {TEXTS[tasks.source]}"
        f"{noise_text(tasks, request)}"
    )
    left, right = st.columns([3, 2], gap="large")
    with left:
        draw_difficulty(request)
    with right:
        draw_truth(request)


def draw_difficulty(request: TaskRequest) -> None:
    """Draw how many of their queries the nearest neighbour answers, in tasks of the source and in test tasks."""
    from umeta.figures.task_report import difficulty  # these two import plotly, which no other view needs
    from umeta.ui.shared.charts import draw_chart

    tasks = tasks_for(request)
    st.markdown("#### How hard are they?")
    if not tasks.partitions:
        st.info(
            "The embedding holds no random views, so nearest neighbours say nothing of augmented tasks.",
            icon=":material/info:",
        )
        return
    name = TEST if tasks.source == TEST else "oracle tasks" if tasks.true_classes else "pseudo-tasks"
    accuracies = {name: _accuracies(tasks)}
    if request.revealed:
        try:
            accuracies[TEST] = _accuracies(tasks_for(request, TEST))
        except UserError as error:
            st.info(f"There are no such test tasks to compare with: {plain(error)}", icon=":material/info:")
    if len(accuracies) == 2:
        st.markdown(verdict(name, accuracies[name], accuracies[TEST]))
    else:
        st.markdown(f"The nearest neighbour gets **{accuracies[name].mean():.0%}** of their queries right.")
    code = difficulty_cell(request, name, with_test_tasks=TEST in accuracies)
    draw_chart(difficulty(accuracies, request.shape.n_way), key="difficulty", code=code, picture="png")
    st.caption(
        f"Answered by the nearest neighbour in the {plain(state.selection().encoder)} embedding. Right is the query's "
        "cluster in pseudo-tasks, its true class in test tasks; no training sees the images of test tasks."
    )


def verdict(name: str, ours: Accuracies, test: Accuracies) -> str:
    """Return one sentence: which tasks are easier, and what that means."""
    gap, ci95 = (100 * fraction for fraction in unpaired_difference(ours, test))
    points = f"{abs(gap):.1f} ± {ci95:.1f} points"
    if gap > max(ci95, MIN_GAP):
        return (
            f"**The {plain(name)} are easier than the test tasks, by {points}**: likeness in the "
            "embedding alone answers more of their queries, so they teach less than a test asks for."
        )
    if -gap > max(ci95, MIN_GAP):
        return (
            f"**The {plain(name)} are harder than the test tasks, by {points}**: their clusters separate images "
            "that lie close in the embedding, so likeness alone does not answer their queries."
        )
    return (
        f"**The {plain(name)} are about as hard as the test tasks** ({gap:+.1f} ± {ci95:.1f} points): practice is "
        "like the test."
    )


def _accuracies(tasks: NumberedTasks) -> Accuracies:
    vectors = state.embedding().vectors

    def measure(on_step: OnStep) -> Accuracies:
        return nearest_accuracy(vectors, tasks.first(N_TASKS, on_step))

    return remember(
        "nearest accuracies",
        state.embedding(),
        tasks.key,
        label=f"Answering {N_TASKS:,} {tasks.source} tasks",
        make=measure,
    )


def draw_truth(request: TaskRequest) -> None:
    """Draw how often the tasks of the source ask for what true classes say."""
    tasks = tasks_for(request)
    st.markdown("#### Do they ask for the true classes?")
    if not request.revealed:
        draw_why_hidden("This, and whether test tasks are as hard,")
        return
    classes = state.dataset().classes.values
    truth = remember(
        "task truth",
        state.embedding(),
        tasks.key,
        state.classes_key(),
        label=f"Comparing {N_TASKS:,} tasks with true classes",
        make=lambda step: against_classes(tasks.first(N_TASKS, step), classes),
    )
    if np.isnan(truth.noise).all():
        draw_why_hidden("This")
        return
    st.html(card_html([tasks.source], FACTS, [truth_facts(truth)]))
    st.markdown(meaning(truth))


def truth_facts(truth: TaskTruth) -> Mapping[str, str]:
    """Return the numbers of the card, by the keys of `FACTS`."""
    return {
        name: "not known" if np.isnan(values).all() else f"{np.nanmean(values):.1%}"
        for name, values in (
            ("different", truth.different),
            ("matching", truth.matching),
            ("noise", truth.noise),
        )
    }


def meaning(truth: TaskTruth) -> str:
    """Return one sentence: what the card means."""
    wrong = np.nanmean(truth.noise)
    if np.isnan(truth.different).all():
        return f"**In words:** {wrong:.0%} of the answers that a learner is trained to give are wrong by true classes."
    clash = 1 - np.nanmean(truth.different)
    return (
        f"**In words:** {wrong:.0%} of the answers that a learner is trained to give are wrong by true classes, and in "
        f"{clash:.0%} of the tasks it must tell apart two rows that are mostly the same class."
    )
