"""Who beats whom: every method against one, on the same tasks."""

from collections.abc import Iterator

import streamlit as st

from umeta.figures.paired import differences
from umeta.results.comparison import Difference, difference, difference_sentence, like_for_like
from umeta.results.contenders import Contender
from umeta.results.headline import PLAIN_BASELINE
from umeta.results.interval_cover import Over, in_words
from umeta.ui.frame import links
from umeta.ui.frame.presenter import presented
from umeta.ui.frame.text import cut, plain
from umeta.ui.results.cells import method_text, results_cell
from umeta.ui.results.overview import picture
from umeta.ui.results.result_set import ResultSet, fitting
from umeta.ui.shared.charts import plot
from umeta.ui.shared.notebook_cell import draw_code
from umeta.ui.shared.tables import draw_table

_IMPORTS = """\
from umeta.figures.paired import differences
from umeta.results.comparison import difference
"""
_FIGURE = """\
reference = {reference}
compared = [difference(method, reference) for method in methods if method is not reference]
differences(compared, over={over!r}).figure"""


def draw_differences(results: ResultSet, over: Over) -> None:
    """Draw paired differences to a method of choice."""
    methods = results.compared
    if len(methods) < 2:
        st.info("There is one method only: nothing to compare it with.", icon=":material/info:")
        return
    reference = pick_method(methods, "Compare all with", links.AGAINST, _baseline(methods))
    rivals = fitting([method for method in methods if method is not reference])
    compared = [difference(method, reference) for method in rivals]
    chart = differences(compared, over=over)
    plot(chart, key="paired", picture=picture())
    st.markdown(
        f"Right of the line: better than {plain(reference.name)} **on the same tasks** ({reference.setting}). "
        f"Intervals are over {in_words(over, [reference.judged_on])}, as chosen above. A win is a task on which a "
        "method gets more right; ties count half."
    )
    if presented():
        return
    draw_table(chart.table, key="paired table")
    figure = _FIGURE.format(reference=method_text(reference.name), over=over)
    draw_code(results_cell(results, _IMPORTS, figure), key="paired")
    with st.expander("In sentences"):
        st.markdown("\n".join(f"- {plain(sentence)}" for sentence in _sentences(compared)))


def _sentences(compared: list[Difference]) -> Iterator[str]:
    """Yield a sentence for each pair that is like for like, and one that says why the others have none."""
    for pair in compared:
        if like_for_like(pair.a, pair.b):
            yield difference_sentence(pair)
    unlike = [pair.a.name for pair in compared if not like_for_like(pair.a, pair.b)]
    if unlike:
        reference = compared[0].b
        its_way = "the queries of a task together" if reference.transductive else "each query alone"
        yield f"No sentence compares {reference.name}, which sees {its_way}, with {', '.join(unlike)}."


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
