"""Two methods task by task."""

import numpy as np
import streamlit as st
from jaxtyping import Bool

from umeta.evaluation import shared_tasks
from umeta.evaluation.method_id import MethodKind
from umeta.figures.per_task import per_task, who_is_right
from umeta.results.comparison import like_for_like
from umeta.results.contenders import Contender
from umeta.ui.frame import links
from umeta.ui.frame.text import plain
from umeta.ui.results.cells import method_text, results_cell
from umeta.ui.results.overview import picture
from umeta.ui.results.paired_differences import pick_method
from umeta.ui.results.result_set import ResultSet
from umeta.ui.shared.charts import draw_chart
from umeta.wording import counted

_IMPORTS = """\
from umeta.evaluation import shared_tasks
from umeta.figures.per_task import per_task
"""
_ANSWERS = """\
a = {a}
b = {b}
right_a, right_b = shared_tasks(a.correct, b.correct)
"""
_PER_TASK = "per_task(right_a, right_b, (a.name, b.name)).figure"
CIRCLES = (
    "Each circle is one pair of accuracies, its area the number of tasks with it. **Above** the dashed line B is "
    "better on a task, **below** it A."
)
ALONE = "Where one alone is right, the two see different things: a method that knew both could gain there."

Answers = Bool[np.ndarray, "n_tasks n_way n_query"]


def pick_pair(results: ResultSet) -> tuple[Contender, Contender] | None:
    """Draw the choice of methods A and B among those whose answers are kept; None where there are not two."""
    methods = [contender for contender in results.compared if contender.correct is not None]
    if len(methods) < 2:
        st.info(
            "The answers of two methods are needed here; these runs do not have them.", icon=":material/info:"
        )
        return None
    on_clusters = (k for k, method in enumerate(methods) if method.kind is MethodKind.CLUSTERS)
    best = next(on_clusters, 0)
    rivals = [k for k, method in enumerate(methods) if method.kind is MethodKind.BASELINE and k != best]
    alike = [k for k in rivals if like_for_like(methods[k], methods[best])]
    rival = (alike or rivals or [int(best == 0)])[0]
    with st.container(horizontal=True):
        a = pick_method(methods, "A", links.METHOD_A, best)
        b = pick_method(methods, "B", links.METHOD_B, rival)
    return a, b


def draw_task_by_task(results: ResultSet) -> None:
    """Draw the accuracies of two methods over each other, and who gets queries right."""
    pair = pick_pair(results)
    if pair is None:
        return
    left, right = st.columns([3, 2], gap="medium", vertical_alignment="center")
    with left:
        _draw_pair(results, *pair)
    with right:
        draw_agreement(*pair)
        st.markdown(f"{CIRCLES} {ALONE}")


def draw_per_task(results: ResultSet) -> None:
    """Draw the accuracies of two methods over each other."""
    pair = pick_pair(results)
    if pair is not None:
        _draw_pair(results, *pair)
        st.markdown(CIRCLES)


def draw_who_is_right(results: ResultSet) -> None:
    """Draw which of two methods gets queries right, and what that says."""
    pair = pick_pair(results)
    if pair is not None:
        draw_agreement(*pair)
        st.markdown(ALONE)


def _draw_pair(results: ResultSet, a: Contender, b: Contender) -> None:
    chart = per_task(*shared_answers(a, b), (a.name, b.name))
    code = results_cell(results, _IMPORTS, answers_text(a, b) + _PER_TASK)
    draw_chart(chart, key="per task", code=code, picture=picture())


def draw_agreement(a: Contender, b: Contender) -> None:
    """Draw the two-by-two table of who gets queries right."""
    right_a, right_b = shared_answers(a, b)
    st.markdown(
        f"**Who gets the {counted(right_a.size, 'query')} right?** A is {plain(a.name)}, B {plain(b.name)}."
    )
    table = who_is_right(right_a, right_b)
    rows = (" | ".join(row) for row in zip(*table.values(), strict=True))
    st.markdown(
        "\n".join([f"| {' | '.join(table)} |", f"|{' --- |' * len(table)}", *(f"| {row} |" for row in rows)])
    )


def answers_text(a: Contender, b: Contender) -> str:
    """Return the code that names two methods and their answers."""
    return _ANSWERS.format(a=method_text(a.name), b=method_text(b.name))


def shared_answers(a: Contender, b: Contender) -> tuple[Answers, Answers]:
    """Return which queries two methods that kept their answers got right, on the tasks that both have."""
    assert a.correct is not None
    assert b.correct is not None
    return shared_tasks(a.correct, b.correct)
