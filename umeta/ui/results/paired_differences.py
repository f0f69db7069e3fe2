"""Who beats whom: every method against one, on the same tasks."""

import streamlit as st

from umeta.figures.paired import differences
from umeta.results.comparison import difference, difference_sentence
from umeta.results.contenders import Contender
from umeta.results.headline import PLAIN_BASELINE
from umeta.results.interval_cover import Over, in_words
from umeta.ui.frame import links
from umeta.ui.frame.text import cut, plain
from umeta.ui.results.overview import picture
from umeta.ui.results.result_set import ResultSet
from umeta.ui.shared.charts import plot
from umeta.ui.shared.tables import draw_table


def draw_differences(results: ResultSet, over: Over) -> None:
    """Draw paired differences to a method of choice."""
    methods = results.compared
    if len(methods) < 2:
        st.info("There is one method only: nothing to compare it with.", icon=":material/info:")
        return
    reference = pick_method(methods, "Compare all with", links.AGAINST, _baseline(methods))
    compared = [difference(method, reference) for method in methods if method is not reference]
    chart = differences(compared, over=over)
    plot(chart, key="paired", picture=picture())
    st.markdown(
        f"Right of the line: better than {plain(reference.name)} **on the same tasks** ({reference.setting}). "
        f"Intervals are over {in_words(over, [reference.judged_on])}, as chosen above. A win is a task on which a "
        "method gets more right; ties count half."
    )
    draw_table(chart.table, key="paired table")
    with st.expander("In sentences"):
        st.markdown("\n".join(f"- {plain(difference_sentence(pair))}" for pair in compared))


def pick_method(
    methods: list[Contender], label: str, parameter: links.Parameter, default: int = 0
) -> Contender:
    """Draw the choice of a method, which the link keeps."""
    names = [method.name for method in methods]
    linked = parameter.read()
    if linked and linked not in names:
        links.say(f"{parameter.name}={cut(linked)!r} is not among these methods.")
    chosen = st.selectbox(label, names, index=default, key=parameter.key, bind="query-params")
    return methods[names.index(chosen)]


def _baseline(methods: list[Contender]) -> int:
    """Return the place of the nearest neighbour, or of the last method."""
    plain = [k for k, contender in enumerate(methods) if contender.method.name == PLAIN_BASELINE]
    return (plain or [len(methods) - 1])[0]
