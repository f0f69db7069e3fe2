"""Pictures of the task that a run is trained on at a step: its support and some of its queries."""

import time
from typing import TYPE_CHECKING

import streamlit as st

from umeta.browser.task_images import TaskImages
from umeta.cache import Home
from umeta.data import Dataset
from umeta.evaluation.method_id import ON_TRUE_CLASSES
from umeta.figures.palette import row_colours
from umeta.runs import RunConfig
from umeta.runs.run_facts import RunFacts
from umeta.stage import UserError
from umeta.tasks import TaskBatch
from umeta.ui.frame import state
from umeta.ui.frame.page_settings import KEPT
from umeta.ui.frame.text import plain
from umeta.ui.shared.grid import GridRow, Tile, image_rows
from umeta.ui.train.run_facts import config_of
from umeta.wording import counted

if TYPE_CHECKING:  # needs torch, which a page need not wait for
    from umeta.runs.episodes import Episodes

SHOWN_QUERIES = 5
"""Of one class."""
SECONDS = 5.0
"""Between two episodes of a training that goes on: nobody could look at one a second."""
SIDE = 40


def draw_episode(facts: RunFacts, learner: str, step: int, home: Home) -> None:
    """Draw the first task of a step of a training; while that goes on, another one every few seconds.

    Args:
        facts: The run.
        learner: Which of its trainings, as its events name it.
        step: The step, counted from 1.
        home: Where everything is kept.
    """
    if not st.toggle(
        "Show the episode",
        True,
        key="show the episode",
        persist_state=KEPT,
        help="The task of that step, drawn again from the seed: what the learner practised on.",
    ):
        return
    if facts.status.may_run:
        step = _held(f"{facts.run.run_id} {learner}", step)
    try:
        config = config_of(str(facts.run.path))
        dataset = state.load(config.dataset)
        tasks = _episodes(str(facts.run.path), learner, dataset, home).at(step)
    except UserError as error:
        st.markdown(f":material/image_not_supported: The episode cannot be drawn again: {plain(error)}")
        return
    n_tasks, n_query = len(tasks), tasks.query.shape[2]
    which = f", the first of its {counted(n_tasks, 'task')}" if n_tasks > 1 else ""
    queries = (
        f"{SHOWN_QUERIES} of the {n_query} queries of each class"
        if n_query > SHOWN_QUERIES
        else "all queries"
    )
    st.markdown(f"**Episode of step {step:,}**{which}, with {queries}")
    pictures = TaskImages.of(dataset, tasks)
    image_rows(pictures.images, _rows(tasks, pictures, config, learner), ("Support", "Query"), side=SIDE)


def _rows(tasks: TaskBatch, pictures: TaskImages, config: RunConfig, learner: str) -> list[GridRow]:
    of_partitions = config.source.name == "partition" or learner == ON_TRUE_CLASSES
    noun = "item" if not of_partitions else "class" if learner == ON_TRUE_CLASSES else "cluster"
    rows = []
    for row, colour in enumerate(row_colours(len(pictures.support))):
        parts = [
            [Tile(item=int(place), alt=f"{part} of row {row + 1}") for place in places]
            for part, places in (
                ("support", pictures.support[row]),
                ("query", pictures.query[row, :SHOWN_QUERIES]),
            )
        ]
        note = f"{noun} {tasks.clusters[0, row]}"
        rows.append(GridRow(parts=parts, heading=f"Row {row + 1}", note=note, colour=colour))
    return rows


def _held(what: str, step: int) -> int:
    """Return the step whose episode is shown, which stays for some seconds."""
    key = "umeta.episode shown"
    shown, held, until = st.session_state.get(key, ("", 0, 0.0))
    now = time.monotonic()
    if shown != what or now >= until or step < held:
        st.session_state[key] = (what, step, now + SECONDS)
        return step
    return held


@st.cache_resource(max_entries=4, show_spinner=False, hash_funcs={Dataset: id})
def _episodes(path: str, learner: str, dataset: Dataset, _home: Home) -> "Episodes":
    from umeta.runs.episodes import episodes_of
    from umeta.runs.learner_training import learner_id

    config = config_of(path)
    of_oracle = learner == ON_TRUE_CLASSES and learner_id(config).source != learner
    return episodes_of(config, dataset, _home, of_oracle=of_oracle)
