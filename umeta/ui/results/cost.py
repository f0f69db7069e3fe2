"""What the accuracies cost, and the config behind them."""

import streamlit as st

from umeta.figures.cost import UNITS, accuracy_by_cost
from umeta.results.cost import Clock, clocks_of, seconds_of
from umeta.ui.results.overview import picture
from umeta.ui.results.result_set import Shown
from umeta.ui.shared.charts import plot
from umeta.ui.shared.tables import draw_table


def draw_cost(shown: Shown) -> None:
    """Draw seconds beside accuracy."""
    clock = _pick_clock(shown)
    spent = [seconds_of(one, shown.runs, clock) for one in shown.here]
    chart = accuracy_by_cost(shown.here, spent, clock)
    plot(chart, key="cost", picture=picture())
    st.markdown(
        "Encoder, partition, one training, and the test on all ways and shots. What a run found ready made counts "
        "with the seconds of the run here that made it; where that run is not shown, it counts as nothing."
    )
    draw_table(chart.table, key="cost table")


def _pick_clock(shown: Shown) -> Clock:
    clocks = clocks_of(shown.runs)
    if len(clocks) == 1:
        return clocks[0]
    chosen = st.segmented_control(
        "Count",
        clocks,
        format_func=UNITS.__getitem__,
        default=clocks[0],
        required=True,
        key="clock",
        bind="query-params",
        help="Seconds: what passed on the clock, beside whatever else the machine did. CPU seconds: what its "
        "processor cores worked, added up.",
    )
    return next(clock for clock in clocks if clock == (chosen or clocks[0]))


def draw_config(shown: Shown) -> None:
    """Show the configs and where the numbers were made."""
    for run in shown.runs[:1] if len(shown.runs) == 1 else shown.runs:
        with st.expander(run.run_id, expanded=len(shown.runs) == 1):
            made = run.result.get("made_with", {})
            st.markdown(", ".join(f"{key} {value}" for key, value in made.items()))
            columns = {name: run.result.get(clock, {}) for clock, name in UNITS.items()}
            stages = list(run.result["seconds"])
            draw_table(
                {"stage": stages}
                | {
                    name: [round(found[stage], 1) if stage in found else None for stage in stages]
                    for name, found in columns.items()
                },
                key=f"seconds {run.run_id}",
                width="content",
            )
            st.json(run.result["config"], expanded=1)
