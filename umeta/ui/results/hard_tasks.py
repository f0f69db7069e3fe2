"""The tasks that are hard, or that divide two methods."""

from typing import NamedTuple

import numpy as np
import streamlit as st
from jaxtyping import Int

from umeta.evaluation.hard_tasks import RankedTasks, disputed_tasks, hard_tasks
from umeta.figures.hard_tasks import ranking
from umeta.randomness import Stream, numpy_generator
from umeta.results.contenders import Contender
from umeta.ui.frame import links
from umeta.ui.results.cells import results_cell
from umeta.ui.results.opened_task import draw_task, pick_task
from umeta.ui.results.overview import picture
from umeta.ui.results.result_set import ResultSet
from umeta.ui.results.task_by_task import answers_text, pick_pair, shared_answers
from umeta.ui.shared.charts import draw_chart
from umeta.ui.shared.tables import draw_table

N_LISTED = 12
RANKINGS = ("hard for A", "A and B disagree")
_IMPORTS = """\
from umeta.evaluation import shared_tasks
from umeta.evaluation.hard_tasks import disputed_tasks, hard_tasks
from umeta.figures.hard_tasks import ranking
from umeta.randomness import Stream, numpy_generator
"""
_RANKING = """\
rng = numpy_generator(0, Stream.SAMPLE)
ranking({ranked}, measure={measure!r}).figure"""


class Ranking(NamedTuple):
    """Tasks ranked by the answers of methods A and B."""

    a: Contender
    b: Contender
    tasks: RankedTasks
    disputed: bool
    """By where A and B disagree, not by what A finds hard."""

    @property
    def first(self) -> Int[np.ndarray, " n_listed"]:
        """The numbers of the tasks that are listed."""
        order = self.tasks.order
        return (order[::-1] if self.disputed else order)[:N_LISTED]

    @property
    def measure(self) -> str:
        """What the tasks are ranked by, in words."""
        return "queries that one alone gets right" if self.disputed else "queries right"


def draw_hard_tasks(results: ResultSet) -> None:
    """Rank the tasks on half of their queries, show them on the other, and open one."""
    ranked = draw_ranking(results)
    if ranked is None:
        return
    right_a, right_b = shared_answers(ranked.a, ranked.b)
    draw_table(
        {
            "task": ranked.first,
            f"{ranked.measure} %, other half": np.round(100 * ranked.tasks.other_half[ranked.first], 1),
            "A right %": np.round(100 * right_a[ranked.first].mean(axis=(1, 2)), 1),
            "B right %": np.round(100 * right_b[ranked.first].mean(axis=(1, 2)), 1),
        },
        key="hard tasks",
    )
    _draw_opened(ranked)


def draw_ranking(results: ResultSet) -> Ranking | None:
    """Draw how much a ranking of the tasks tells, and return it; None where there are not two methods."""
    ranked = _pick_ranking(results)
    if ranked is None:
        return None
    ranked_text = (
        f"{'disputed_tasks(right_a, right_b' if ranked.disputed else 'hard_tasks(right_a'}, rng=rng)"
    )
    figure = answers_text(ranked.a, ranked.b) + _RANKING.format(ranked=ranked_text, measure=ranked.measure)
    code = results_cell(results, _IMPORTS, figure)
    chart = ranking(ranked.tasks, measure=ranked.measure)
    draw_chart(chart, key="ranking", code=code, picture=picture())
    st.markdown(_reliability_note(ranked.tasks, disputed=ranked.disputed))
    return ranked


def draw_first_task(results: ResultSet) -> None:
    """Draw the task that is first in the ranking, or the one that is chosen."""
    ranked = _pick_ranking(results)
    if ranked is not None:
        _draw_opened(ranked)


def _draw_opened(ranked: Ranking) -> None:
    draw_task(ranked.a, ranked.b, pick_task(len(shared_answers(ranked.a, ranked.b)[0]), int(ranked.first[0])))


def _pick_ranking(results: ResultSet) -> Ranking | None:
    """Draw the choice of two methods and of what tasks are ranked by; None where there are not two."""
    pair = pick_pair(results)
    if pair is None:
        return None
    ranked_by = st.segmented_control(
        "Which tasks",
        RANKINGS,
        default=RANKINGS[0],
        required=True,
        key=links.RANKED_BY.key,
        bind="query-params",
    )
    right_a, right_b = shared_answers(*pair)
    rng = numpy_generator(0, Stream.SAMPLE)
    disputed = ranked_by == RANKINGS[1]
    tasks = disputed_tasks(right_a, right_b, rng=rng) if disputed else hard_tasks(right_a, rng=rng)
    return Ranking(*pair, tasks, disputed)


def _reliability_note(ranked: RankedTasks, *, disputed: bool) -> str:
    """Return what the ranking is worth: how much of it is luck."""
    reliability = ranked.reliability
    figure = f"**Reliability {reliability:.2f}.** " if reliability == reliability else ""
    what = "which tasks divide A and B" if disputed else "which tasks are hard"
    strength = (
        "The ranking hardly says anything: these tasks were picked by luck."
        if not reliability >= 0.3
        else "Part of the ranking is luck."
        if reliability < 0.7
        else "The ranking is lasting."
    )
    return (
        f"{figure}{strength} The tasks are ranked on half of their queries and shown on the other half, so the gap "
        f"between the two curves is what luck alone does to a list of {what}. 1 would be no luck at all."
    )
