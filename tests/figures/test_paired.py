import pytest

from tests.figures.drawn import results, rulers
from tests.results.made_up import ON_VIEWS, finished
from umeta.figures.chart import Chart
from umeta.figures.paired import differences
from umeta.results.comparison import difference
from umeta.results.contenders import Setting, contenders
from umeta.results.finished_run import FinishedRun
from umeta.results.interval_cover import Over

METHODS = (
    ("CACTUs-ProtoNets", None, (8, 9, 7, 6)),
    ("nearest-neighbour", None, (5, 4, 3, 2)),
    ("linear", None, (5, 4, 3, 1)),
)
RUN = finished(*METHODS)


def chart(over: Over = "tasks", run: FinishedRun = RUN) -> Chart:
    *others, reference = sorted(
        contenders([run], Setting(2, 1)),
        key=lambda contender: contender.row.method.name == "nearest-neighbour",
    )
    return differences([difference(contender, reference) for contender in others], over=over)


def test_differences_are_drawn_in_points_with_their_intervals():
    points = {
        name: (x, half)
        for trace in results(chart().figure)
        for name, x, half in zip(trace.y, trace.x, trace.error_x.array, strict=True)
    }
    # CACTUs: 0.3, 0.5, 0.4, 0.4, so 40 ± 8; linear: 0, 0, 0, −0.1, so −2.5 ± 1.96 · 5 / 2
    assert points["CACTUs-ProtoNets"] == pytest.approx((40.0, 8.0), abs=0.01)
    assert points["linear"] == pytest.approx((-2.5, 4.9), abs=0.01)
    assert [list(ruler.x) for ruler in rulers(chart().figure)] == [[0, 0]]


def test_the_table_holds_every_interval_and_the_win_rate():
    table = chart().table
    assert table["method"] == ["CACTUs-ProtoNets", "linear"]
    assert table["± tasks"] == pytest.approx([8.0, 4.9], abs=0.01)
    assert table["± trainings"] == [None, None]
    # linear loses one of four tasks and ties on three: half of these count
    assert table["wins on % of tasks"] == [100.0, 37.5]


def test_an_interval_that_there_is_not_is_not_drawn():
    assert all(half != half for trace in results(chart("trainings").figure) for half in trace.error_x.array)


def test_where_tasks_are_of_views_intervals_are_over_images():
    on_views = chart("classes", finished(*METHODS, **ON_VIEWS))
    assert "95% intervals over images" in on_views.alt
    assert "± images" in on_views.table
    assert "± classes" not in on_views.table
