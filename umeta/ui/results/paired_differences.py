"""Who beats whom: every method against one, on the same tasks."""

import streamlit as st

from umeta.figures.paired import differences
from umeta.results.comparison import difference, in_words
from umeta.results.contenders import Contender, Over
from umeta.ui.results.overview import picture
from umeta.ui.results.result_set import Shown
from umeta.ui.shared.charts import plot
from umeta.ui.shared.tables import draw_table


def versus(shown: Shown, over: Over) -> None:
    """Draw paired differences to a method of choice."""
    methods = shown.here
    if len(methods) < 2:
        st.info("There is one method only: nothing to compare it with.", icon=":material/info:")
        return
    reference = pick_method(methods, "Compare all with", "against", _baseline(methods))
    found = [difference(one, reference) for one in methods if one is not reference]
    chart = differences(found, over=over)
    plot(chart, key="paired", picture=picture())
    st.markdown(
        f"Right of the line: better than {reference.name} **on the same tasks** ({reference.setting}). Intervals are "
        f"over {over}, as chosen above. A win is a task on which a method gets more right; ties count half."
    )
    draw_table(chart.table, key="paired table")
    with st.expander("In sentences"):
        st.markdown("\n".join(f"- {in_words(one)}" for one in found))


def pick_method(methods: list[Contender], label: str, key: str, default: int = 0) -> Contender:
    """Draw the choice of a method."""
    names = [one.name for one in methods]
    asked = st.query_params.get(key)
    if asked and asked not in names:
        st.warning(f"{key}={asked!r} is not among these methods.", icon=":material/link_off:")
    chosen = st.selectbox(label, names, index=default, key=key, bind="query-params")
    return methods[names.index(chosen)]


def _baseline(methods: list[Contender]) -> int:
    """Return the place of the nearest neighbour, or of the last method."""
    plain = [k for k, one in enumerate(methods) if one.row["method"] == "nearest-neighbour"]
    return (plain or [len(methods) - 1])[0]
