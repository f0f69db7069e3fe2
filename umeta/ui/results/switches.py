"""Why is my number different: a number from elsewhere beside ours, and the switches that move ours to it."""

from typing import Any

import streamlit as st

from umeta.figures.switches import switches_chart
from umeta.results.switches import STUDY, nearest_switch, switches_of
from umeta.ui.frame import links
from umeta.ui.frame.text import code, plain
from umeta.ui.results import study_cells
from umeta.ui.results.overview import picture
from umeta.ui.shared.charts import plot
from umeta.ui.shared.notebook_cell import draw_code
from umeta.ui.shared.tables import draw_table

_CODE = """\
import umeta
from umeta.figures.switches import switches_chart
from umeta.results.switches import switches_of

ours, switches = switches_of(umeta.study({study!r}).evaluation.runs)
switches_chart(ours.accuracy, switches, {theirs}).figure
"""


def draw_switches() -> None:
    """Draw the input of a number, and what each switch does to ours."""
    study = study_cells.load(STUDY, "short")
    runs = study_cells.cells_of(study)
    missing = len(study.cells) - len(runs)
    if len(runs) < 2 or runs[0].run_id not in _ids_of(study.cells[0]):
        st.info(
            f"The cells of this study are not made yet. {code(f'umeta study {STUDY}')} makes all {len(study.cells)}.",
            icon=":material/hourglass_empty:",
        )
        return
    row, switches = switches_of(runs)
    ours = row.accuracy
    given = st.number_input(
        "A number from a paper or from your own code, in percent",
        0.0,
        100.0,
        None,
        step=0.1,
        key=links.YOURS.key,
        bind="query-params",
        placeholder=f"ours: {100 * ours:.1f}",
    )
    theirs = None if given is None else given / 100
    st.markdown(
        f"**Ours: {plain(row.method.name_with_mode)}, {row.n_way}-way {row.n_shot}-shot on Omniglot, "
        f"{100 * ours:.1f} %.** Each row changes one thing alone. Two changes together need not add up, and a "
        "training with another seed differs, too."
    )
    if theirs is not None:
        nearest = nearest_switch(switches, ours, theirs)
        st.markdown(
            f"No single switch brings ours nearer to {100 * theirs:.1f} %."
            if nearest is None
            else f"Nearest to your {100 * theirs:.1f} %: {code(nearest.name)} instead of {code(nearest.instead_of)}, "
            f"with {100 * nearest.accuracy:.1f} % ({100 * nearest.change:+.1f} ± {100 * nearest.ci95:.1f} points)."
        )
    chart = switches_chart(ours, switches, theirs)
    plot(chart, key="switches", picture=picture())
    draw_table(chart.table, key="switches table")
    draw_code(_CODE.format(study=STUDY, theirs=theirs), key="switches")
    if missing:
        st.caption(f"{missing} of {len(study.cells)} cells are not made yet: {code(f'umeta study {STUDY}')}.")


def _ids_of(cell: Any) -> set[str]:
    """Return the ids that a cell's run has, made on whatever device."""
    from umeta.studies.cells import DEVICES

    return {cell.model_copy(update={"device": device}).run_id for device in DEVICES}
