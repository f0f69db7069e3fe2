import pytest

from tests.figures.drawn import traces
from tests.results.made_up import finished
from umeta.figures.cost import accuracy_by_cost
from umeta.results.contenders import Setting, contenders
from umeta.results.cost import seconds_of

RUN = finished(
    ("CACTUs-MAML", "transductive", (6, 6)),
    ("linear", None, (5, 5)),
    seconds={
        "encoder": 10.0,
        "partition": 5.0,
        "train CACTUs": 100.0,
        "test CACTUs-MAML": 5.0,
        "test linear": 0.5,
    },
)


def test_seconds_add_up_over_the_stages_that_a_method_needs():
    methods = contenders([RUN], Setting(2, 1))
    chart = accuracy_by_cost(methods, [seconds_of(method, [RUN]) for method in methods])
    points = {trace.customdata[0]: (trace.x[0], trace.y[0]) for trace in traces(chart.figure)}
    assert points == {"CACTUs-MAML (transductive BN)": (120.0, 60.0), "linear": (10.5, 50.0)}
    assert chart.table["partition"] == [5.0, None]
    assert "took 120 s for 60.0%" in chart.alt


@pytest.mark.parametrize(
    ("seconds", "ticks"),
    [
        ((60.0, 75.0), [50, 100]),
        ((10.0,), [10, 20]),
        ((3.0, 80.0), [2, 5, 10, 20, 50, 100]),
        ((0.01, 900.0), [0.01, 0.1, 1, 10, 100, 1000]),
    ],
)
def test_round_seconds_enclose_all_and_at_least_two_are_labelled(seconds: tuple, ticks: list):
    method = contenders([RUN], Setting(2, 1))[0]
    figure = accuracy_by_cost([method] * len(seconds), [{"test": total} for total in seconds]).figure
    assert list(figure.layout.xaxis.tickvals) == pytest.approx(ticks)
