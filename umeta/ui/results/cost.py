"""What the accuracies cost, and the config behind them."""

import streamlit as st

from umeta.figures.cost import UNITS, accuracy_by_cost
from umeta.results.cost import Clock, clocks_of, seconds_of
from umeta.ui.frame import links
from umeta.ui.frame.presenter import presented
from umeta.ui.frame.text import plain
from umeta.ui.results.cells import results_cell
from umeta.ui.results.overview import picture
from umeta.ui.results.result_set import ResultSet
from umeta.ui.shared.charts import plot
from umeta.ui.shared.notebook_cell import draw_code
from umeta.ui.shared.tables import draw_table

_IMPORTS = """\
from umeta.figures.cost import accuracy_by_cost
from umeta.results.cost import seconds_of
"""
_FIGURE = """\
seconds = [seconds_of(method, runs, {clock!r}) for method in methods]
accuracy_by_cost(methods, seconds, {clock!r}).figure"""


def draw_cost(results: ResultSet) -> None:
    """Draw seconds beside accuracy."""
    clock = _pick_clock(results)
    seconds = [seconds_of(contender, results.runs, clock) for contender in results.compared]
    chart = accuracy_by_cost(results.compared, seconds, clock)
    plot(chart, key="cost", picture=picture())
    st.markdown(
        "Encoder, partition, one training, and the test on all ways and shots. What a run found ready made counts "
        "with the seconds of the run here that made it; where that run is not shown, it counts as nothing."
    )
    if presented():
        return
    draw_table(chart.table, key="cost table")
    draw_code(results_cell(results, _IMPORTS, _FIGURE.format(clock=clock)), key="cost")


def _pick_clock(results: ResultSet) -> Clock:
    clocks = clocks_of(results.runs)
    if len(clocks) == 1:
        return clocks[0]
    chosen = st.segmented_control(
        "Count",
        clocks,
        format_func=UNITS.__getitem__,
        default=clocks[0],
        required=True,
        key=links.CLOCK.key,
        bind="query-params",
        help="Seconds: what passed on the clock, beside whatever else the machine did. CPU seconds: what its "
        "processor cores worked, added up.",
    )
    return next(clock for clock in clocks if clock == (chosen or clocks[0]))


def draw_config(results: ResultSet) -> None:
    """Show the configs and where the numbers were made."""
    for run in results.runs:
        with st.expander(plain(run.run_id), expanded=len(results.runs) == 1):
            result = run.result
            st.markdown(", ".join(f"{plain(key)} {plain(value)}" for key, value in result.made_with.items()))
            columns = {UNITS["seconds"]: result.seconds, UNITS["cpu_seconds"]: result.cpu_seconds}
            draw_table(
                {"stage": list(result.seconds)}
                | {
                    name: [round(spent[stage], 1) if stage in spent else None for stage in result.seconds]
                    for name, spent in columns.items()
                },
                key=f"seconds {run.run_id}",
                width="content",
            )
            st.json(dict(result.config), expanded=1)
