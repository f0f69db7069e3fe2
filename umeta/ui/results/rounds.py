"""An iterated training by round: did clustering again help, and where does it degrade?"""

import streamlit as st

from umeta.figures.rounds import degradation, rounds_chart
from umeta.results.finished_run import FinishedRun
from umeta.ui.frame.text import plain
from umeta.ui.results.cells import results_cell
from umeta.ui.results.overview import picture
from umeta.ui.results.result_set import ResultSet
from umeta.ui.shared.charts import draw_chart
from umeta.ui.shared.reveal import not_seen_badge

_IMPORTS = "from umeta.figures.rounds import rounds_chart\n"
_FIGURE = """\
run = next(run for run in runs if run.run_id == {run_id!r})
rounds_chart(run.result.rounds).figure"""


def iterated_runs(results: ResultSet) -> list[FinishedRun]:
    """Return the chosen runs whose training was iterated."""
    return [run for run in results.runs if run.result.rounds]


def draw_rounds(results: ResultSet) -> None:
    """Draw the rounds of each iterated run."""
    not_seen_badge()
    for run in iterated_runs(results):
        st.markdown(f"**{plain(run.run_id)}** {plain(degradation(run.result.rounds))}")
        code = results_cell(results, _IMPORTS, _FIGURE.format(run_id=run.run_id))
        draw_chart(rounds_chart(run.result.rounds), key=f"rounds {run.run_id}", code=code, picture=picture())
    st.caption(
        "Before each round but the first the learner trained so far embeds the images, and these are clustered again. "
        "The steps are those of one training, so that the same run with one round is what to compare with. Purity and "
        "NMI are of the first partition of a round, accuracy is on 200 tasks of meta_val at its end: training sees "
        "none of them."
    )
