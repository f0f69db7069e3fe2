import pytest

from tests.figures.drawn import traces
from tests.plane.made_points import point
from umeta.figures.plane import GAIN, OwnPoint, place, task_plane
from umeta.plane.points import Point


def dialled(level: float, form: str = "random") -> Point:
    dials = {"noise": level, "noise_form": form} if form != "random" else {"noise": level}
    return point(made_by="oracle", encoder="", noise=0.9 * level, dials=dials if level else {})


POINTS = [
    point(),
    point(noise=0.6, accuracies=(0.4, 0.42), made_by="hyperplanes"),
    dialled(1.0),
    dialled(0.0),
    dialled(0.5),
    dialled(0.5, "clustered"),
]


def test_every_construction_is_a_mark_with_a_shape_a_colour_and_a_sign():
    chart = task_plane(POINTS, {})
    marks = {trace.name: trace for trace in traces(chart.figure) if trace.customdata is not None}
    assert marks["k-means"].marker.symbol == "circle"
    assert marks["hyperplanes"].marker.symbol != "circle"
    assert list(marks["k-means"].x) == pytest.approx([0.699], abs=1e-3)  # a fifth of the pairs are right
    assert list(marks["k-means"].y) == [1e5]
    assert marks["k-means"].marker.color[0] == pytest.approx(11)
    assert (marks["k-means"].text[0], marks["hyperplanes"].text[0]) == ("+", "−")
    assert marks["k-means"].customdata[0][0] == 0  # what a click finds it by
    axis = chart.figure.to_dict()["layout"]["coloraxis"]
    assert axis["cmin"] == -axis["cmax"]
    assert "6 constructions" in chart.alt
    assert "5 gain, 1 do not" in chart.alt
    assert len(chart.table["construction"]) == 6


def test_the_noise_dial_joins_true_classes_in_the_order_of_their_noise():
    lines = [trace for trace in traces(task_plane(POINTS, {}).figure) if trace.mode == "lines"]
    random, in_pieces = ([round(1 - 10**-x, 3) for x in line.x] for line in lines)
    assert (random, in_pieces) == ([0, 0.45, 0.9], [0, 0.45])


def test_pins_have_their_letters_and_a_forecast_is_hollow_until_it_is_found():
    own = OwnPoint("mine", 0.5, 1e4, 0.03, 0.02, is_found=False)
    drawn = traces(task_plane(POINTS, {"A": POINTS[0], "B": POINTS[1]}, own).figure)
    assert [trace.text[0] for trace in drawn[-3:]] == ["<b>A</b>", "<b>B</b>", "<b>yours</b>"]
    assert drawn[-1].marker.color == "rgba(0,0,0,0)"
    assert drawn[-1].marker.line.color == GAIN
    assert drawn[-1].name == "yours, forecast"
    found = OwnPoint("mine", 0.5, 1e4, 0.03, 0.02, is_found=True)
    filled = traces(task_plane(POINTS, {}, found).figure)[-1]
    assert list(filled.marker.color) == [3]


def test_ten_times_fewer_right_pairs_are_a_step_to_the_right():
    assert (place(0.0), place(0.9), place(0.99)) == (0, pytest.approx(1), pytest.approx(2))
    assert place(1.0) == place(0.9999)
