"""The controls of a task's shape."""

import streamlit as st

from umeta.tasks import TaskConfig
from umeta.ui.frame import links


def task_shape() -> TaskConfig:
    """Draw the shape of a task: classes, examples of each, questions about each."""
    ways = st.number_input(
        "Ways",
        2,
        50,
        links.N_WAY.default,
        key=links.N_WAY.key,
        bind="query-params",
        width=110,
        help="Classes in one task (N).",
    )
    shots = st.number_input(
        "Shots",
        1,
        20,
        links.N_SHOT.default,
        key=links.N_SHOT.key,
        bind="query-params",
        width=110,
        help="Labelled examples of each class (K).",
    )
    queries = st.number_input(
        "Queries",
        1,
        20,
        links.N_QUERY.default,
        key=links.N_QUERY.key,
        bind="query-params",
        width=110,
        help="Images of each class to be recognised.",
    )
    return TaskConfig(n_way=ways, n_shot=shots, n_query=queries)
