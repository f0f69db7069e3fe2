"""Two methods task by task, and the tasks that are hard or that divide them."""

from typing import NamedTuple

import numpy as np
import streamlit as st
from jaxtyping import Bool, Int

from umeta.browser.task_images import TaskImages
from umeta.data import Dataset
from umeta.evaluation import shared_tasks
from umeta.evaluation.hard_tasks import RankedTasks, disputed_tasks, hard_tasks
from umeta.evaluation.method_id import MethodKind
from umeta.figures.hard_tasks import ranking
from umeta.figures.palette import PETROFF, TINTS
from umeta.figures.per_task import per_task, who_is_right
from umeta.randomness import Stream, numpy_generator
from umeta.results.comparison import like_for_like
from umeta.results.contenders import Contender
from umeta.results.reload import dataset_of, tasks_of
from umeta.stage import UserError
from umeta.ui.frame import links, state
from umeta.ui.frame.memory import remember
from umeta.ui.frame.presenter import presented
from umeta.ui.frame.text import plain
from umeta.ui.results.cells import method_text, results_cell
from umeta.ui.results.overview import picture
from umeta.ui.results.paired_differences import pick_method
from umeta.ui.results.result_set import ResultSet
from umeta.ui.shared.charts import draw_chart
from umeta.ui.shared.grid import GridRow, Tile, image_rows
from umeta.ui.shared.reveal import not_seen_badge
from umeta.ui.shared.tables import draw_table
from umeta.wording import counted

N_LISTED = 12
RANKINGS = ("hard for A", "A and B disagree")
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
_RANKING_IMPORTS = """\
from umeta.evaluation import shared_tasks
from umeta.evaluation.hard_tasks import disputed_tasks, hard_tasks
from umeta.figures.hard_tasks import ranking
from umeta.randomness import Stream, numpy_generator
"""
_RANKING = """\
rng = numpy_generator(0, Stream.SAMPLE)
ranking({ranked}, measure={measure!r}).figure"""
CIRCLES = (
    "Each circle is one pair of accuracies, its area the number of tasks with it. **Above** the dashed line B is "
    "better on a task, **below** it A."
)
ALONE = "Where one alone is right, the two see different things: a method that knew both could gain there."
SIGNS = {True: "✓ right", False: "✗ wrong"}

Answers = Bool[np.ndarray, "n_tasks n_way n_query"]


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
    chart = per_task(*_answers(a, b), (a.name, b.name))
    code = results_cell(results, _IMPORTS, _answers_text(a, b) + _PER_TASK)
    draw_chart(chart, key="per task", code=code, picture=picture())


def draw_agreement(a: Contender, b: Contender) -> None:
    """Draw the two-by-two table of who gets queries right."""
    right_a, right_b = _answers(a, b)
    st.markdown(
        f"**Who gets the {counted(right_a.size, 'query')} right?** A is {plain(a.name)}, B {plain(b.name)}."
    )
    table = who_is_right(right_a, right_b)
    rows = (" | ".join(row) for row in zip(*table.values(), strict=True))
    st.markdown(
        "\n".join([f"| {' | '.join(table)} |", f"|{' --- |' * len(table)}", *(f"| {row} |" for row in rows)])
    )


def draw_hard_tasks(results: ResultSet) -> None:
    """Rank the tasks on half of their queries, show them on the other, and open one."""
    ranked = draw_ranking(results)
    if ranked is None:
        return
    right_a, right_b = _answers(ranked.a, ranked.b)
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
    figure = _answers_text(ranked.a, ranked.b) + _RANKING.format(ranked=ranked_text, measure=ranked.measure)
    code = results_cell(results, _RANKING_IMPORTS, figure)
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
    draw_task(ranked.a, ranked.b, pick_task(len(_answers(ranked.a, ranked.b)[0]), int(ranked.first[0])))


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
    right_a, right_b = _answers(*pair)
    rng = numpy_generator(0, Stream.SAMPLE)
    disputed = ranked_by == RANKINGS[1]
    tasks = disputed_tasks(right_a, right_b, rng=rng) if disputed else hard_tasks(right_a, rng=rng)
    return Ranking(*pair, tasks, disputed)


def pick_task(n_tasks: int, default: int) -> int:
    """Draw the choice of a test task by its number in the list."""
    links.announce_beyond(links.TEST_TASK, n_tasks - 1)
    number = st.number_input(
        "Open test task",
        0,
        n_tasks - 1,
        min(default, n_tasks - 1),
        key=links.TEST_TASK.key,
        bind="query-params",
        width=170,
    )
    return int(number)


def images_of(contender: Contender) -> Dataset | None:
    """Return the data set of a method's run; None, with the reason on the page, where it is not at hand."""
    dataset = contender.run.result.config["dataset"]
    try:
        return remember(
            "dataset of a run",
            dataset,
            label="Reading images",
            make=lambda step: dataset_of(contender.run, state.home(), on_step=step),
        )
    except UserError as error:
        st.info(f"Its images cannot be shown here: {plain(error)}", icon=":material/image_not_supported:")
        return None


def draw_task(a: Contender, b: Contender, number: int) -> None:
    """Draw a test task's images, under each query which of two methods got it right."""
    dataset = images_of(a)
    if dataset is None:
        return
    tasks = tasks_of(a.run, a.row, dataset).tasks
    pictures = TaskImages.of(dataset, tasks[number : number + 1])
    right_a, right_b = _answers(a, b)
    grid_rows = []
    for row in range(tasks.support.shape[1]):
        support = [
            Tile(item=int(place), alt=f"item {item}, support of row {row + 1}")
            for place, item in zip(pictures.support[row], tasks.support[number, row], strict=True)
        ]
        query = []
        for place in zip(*np.nonzero(tasks.true_rows[number] == row), strict=True):
            item = int(tasks.query[number][place])
            signs = [SIGNS[bool(right[number][place])] for right in (right_a, right_b)]
            a_sign, b_sign = (sign.split()[0] if presented() else sign for sign in signs)
            query.append(
                Tile(
                    item=int(pictures.query[place]),
                    caption=f"A {a_sign}/B {b_sign}",
                    alt=f"item {item}, query of row {row + 1}: A {signs[0]}, B {signs[1]}",
                )
            )
        colour = PETROFF[TINTS[row % len(TINTS)]]
        grid_rows.append(GridRow(parts=[support, query], heading=f"Row {row + 1}", colour=colour))
    rows_are = (
        f"Each row is one image of {plain(a.row.split)}: the image itself, then random views of it."
        if tasks.views is not None
        else f"Rows are true classes of {plain(a.row.split)}."
    )
    st.markdown(f"**Test task {number}.** A: {plain(a.name)}. B: {plain(b.name)}. {rows_are}")
    if tasks.views is None:
        not_seen_badge()
    image_rows(pictures.images, grid_rows, ("Support", "Queries"), cell=74)


def _answers_text(a: Contender, b: Contender) -> str:
    return _ANSWERS.format(a=method_text(a.name), b=method_text(b.name))


def _answers(a: Contender, b: Contender) -> tuple[Answers, Answers]:
    assert a.correct is not None
    assert b.correct is not None
    return shared_tasks(a.correct, b.correct)


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
