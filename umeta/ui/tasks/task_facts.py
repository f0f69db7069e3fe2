"""What can be said of one task: how hard it is, how sure its rows are, and how noisy once true classes are revealed."""

import numpy as np
import streamlit as st

from umeta.tasks import TaskBatch
from umeta.tasks.difficulty import nearest_accuracy
from umeta.tasks.pair_agreement import pair_agreement
from umeta.tasks.task_truth import against_classes
from umeta.ui.frame import state
from umeta.ui.tasks.controls import TaskRequest
from umeta.ui.tasks.numbered_tasks import NumberedTasks
from umeta.ui.tasks.opinions import opinions


def draw_task_facts(request: TaskRequest, tasks: NumberedTasks, batch: TaskBatch) -> None:
    """Draw in one line the difficulty and the noise of a task whose images are all in the embedding."""
    n_queries = batch.query[0].size
    right = round(nearest_accuracy(state.embedding().vectors, batch)[0] * n_queries)
    facts = [f"**Difficulty**: the nearest neighbour gets {right} of {n_queries} right"]
    asked = opinions(request, make=False)
    if asked:
        facts.append(
            f"**Sure**: {pair_agreement(batch, asked)[0]:.0%} of its pairs are together in {len(asked)} partitions"
        )
    if request.revealed and not tasks.true_classes:
        facts.append(truth_text(batch, state.dataset().classes.values))
    st.markdown(" · ".join(facts))


def truth_text(batch: TaskBatch, classes: np.ndarray) -> str:
    """Return how many queries of a task are not of their row's class, and of how many classes its rows are."""
    truth = against_classes(batch, classes)
    if np.isnan(truth.noise[0]):
        return "**Noise**: no class is known"
    rows = "" if truth.different[0] else ", and two rows are of one class"
    return f"**Noise**: {truth.noise[0]:.0%} of the queries are not of their row's class{rows}"
