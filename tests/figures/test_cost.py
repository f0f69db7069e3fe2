from tests.figures.drawn import traces
from tests.runs.made_up import finished
from umeta.figures.cost import accuracy_by_cost
from umeta.runs.contenders import Setting, contenders
from umeta.runs.cost import seconds_of

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
    chart = accuracy_by_cost(methods, [seconds_of(one, [RUN]) for one in methods])
    found = {trace.customdata[0]: (trace.x[0], trace.y[0]) for trace in traces(chart.figure)}
    assert found == {"CACTUs-MAML (transductive BN)": (120.0, 60.0), "linear": (10.5, 50.0)}
    assert chart.table["partition"] == [5.0, None]
    assert "took 120 s for 60.0%" in chart.alt
