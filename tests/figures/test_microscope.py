import numpy as np

from tests.figures.drawn import traces
from umeta.evaluation.microscope import Curves, InnerLoop
from umeta.figures.microscope import inner_loop


def view(training, adapts, *query: float) -> InnerLoop:
    """Two tasks alike, three moments: accuracies on queries as given, on the support 1."""
    curve = np.repeat(np.array(query)[:, None], 2, axis=1)
    return InnerLoop(training, adapts, Curves(np.ones_like(curve), curve, curve, curve))


VIEWS = [view("before", "whole network", 0.2, 0.3, 0.4), view("after", "head alone", 0.2, 0.7, 0.9)]


def test_each_view_is_a_line_on_the_support_and_one_on_the_queries():
    chart = inner_loop(VIEWS)
    queries = [trace for trace in traces(chart.figure) if trace.xaxis == "x2"]
    assert [list(trace.y) for trace in queries] == [[20.0, 30.0, 40.0], [20.0, 70.0, 90.0]]
    assert [trace.line.dash for trace in queries] == ["solid", "dot"]
    assert len({trace.line.color for trace in queries}) == 2
    assert chart.table["step"] == [0, 1, 2]


def test_the_words_say_where_the_queries_begin_and_end():
    assert "after meta-training, head alone: 20 to 90%" in inner_loop(VIEWS).alt
