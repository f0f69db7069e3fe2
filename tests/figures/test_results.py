"""Tests umeta.figures.rows, umeta.figures.layout and umeta.figures.chart too."""

from tests.figures.drawn import layout, results, rulers
from tests.results.made_up import finished
from umeta.figures.results import KINDS, accuracies
from umeta.results.contenders import GROUPS, Over, Setting
from umeta.results.paper import PaperReference
from umeta.results.tables import every_contender

RUN = finished(
    ("CACTUs-MAML", "transductive", (5, 5)),
    ("CACTUs-MAML", "support", (4, 5)),
    ("oracle-MAML", "transductive", (9, 9)),
    ("nearest-neighbour", None, (4, 4)),
    shape=(5, 1),
)


def test_the_two_modes_of_one_learner_are_two_lines_of_the_chart():
    drawn = [label for trace in results(accuracies(every_contender([RUN])).figure) for label in trace.y]
    assert len(drawn) == len(set(drawn)) == 4
    assert {"CACTUs-MAML (transductive BN)", "CACTUs-MAML (support BN)"} <= set(drawn)


def test_points_carry_their_intervals_over_what_was_asked_and_chance_is_marked():
    wanted: dict[Over, float] = {"tasks": 1.0, "classes": 2.0}
    for over, half in wanted.items():
        figure = accuracies(every_contender([RUN]), over=over).figure
        points = {
            label: (x, e)
            for trace in results(figure)
            for label, x, e in zip(trace.y, trace.x, trace.error_x.array, strict=True)
        }
        assert points["nearest-neighbour"] == (40.0, half)
        assert [set(ruler.x) for ruler in rulers(figure)] == [{20.0}]


def test_transductive_methods_have_another_marker_and_a_group_of_their_own():
    figure = accuracies(every_contender([RUN])).figure
    symbols = {
        label: symbol for t in results(figure) for label, symbol in zip(t.y, t.marker.symbol, strict=True)
    }
    assert symbols["CACTUs-MAML (transductive BN)"] == "diamond"
    assert symbols["CACTUs-MAML (support BN)"] == "circle"
    lines = list(layout(figure).yaxis.categoryarray)[::-1]
    assert lines == [
        f"<b>{GROUPS['inductive']}</b>",
        "CACTUs-MAML (support BN)",
        "nearest-neighbour",
        f"<b>{GROUPS['transductive']}</b>",
        "CACTUs-MAML (transductive BN)",
        f"<b>{GROUPS['oracle']}</b>",
        "oracle-MAML (transductive BN)",
    ]


def test_methods_that_all_know_the_same_need_no_headings():
    run = finished(("linear", None, (5, 5)), ("nearest-neighbour", None, (4, 4)))
    assert list(layout(accuracies(every_contender([run])).figure).yaxis.categoryarray) == [
        "nearest-neighbour",
        "linear",
    ]


def test_single_trainings_are_small_points_around_their_mean():
    runs = [
        finished(("CACTUs-MAML", "support", right), seed=seed) for seed, right in ((0, (4, 6)), (1, (8, 8)))
    ]
    small, mean = results(accuracies(every_contender(runs), over="trainings").figure)
    assert list(small.x) == [50.0, 80.0]
    assert list(mean.x) == [65.0]
    assert mean.marker.size > small.marker.size
    assert mean.error_x.array[0] > 100  # two trainings say little


def test_each_way_and_shot_has_a_facet_with_its_own_chance():
    runs = [finished(("linear", None, (5, 5)), shape=(way, shot)) for way in (5, 20) for shot in (1, 5)]
    figure = accuracies(every_contender(runs)).figure
    titles = {str(note.text).replace("<br>", " ") for note in layout(figure).annotations}
    assert {"5-way 1-shot", "5-way 5-shot", "20-way 1-shot", "20-way 5-shot", "chance 5%"} <= titles
    assert sorted(ruler.x[0] for ruler in rulers(figure)) == [5.0, 5.0, 20.0, 20.0]


def test_names_stand_once_for_each_row_of_facets_and_headings_have_no_mark_of_chance():
    figure = accuracies(every_contender([RUN])).figure
    texts = [str(note.text).replace(";<br>", "; ") for note in layout(figure).annotations]
    lines = list(layout(figure).yaxis.categoryarray)[::-1]
    assert [text for text in texts if text in lines] == lines
    assert not [line for line in rulers(figure)[0].y if line.startswith("<b>")]


def test_the_papers_figures_stand_on_the_lines_of_their_methods_marked_as_of_another_split():
    marks = [PaperReference("nearest-neighbour", Setting(5, 1), 0.5746)]
    last = results(accuracies(every_contender([RUN]), references=marks).figure)[-1]
    assert "other split" in last.name
    assert (list(last.x), list(last.y)) == ([57.46], ["nearest-neighbour"])


def test_the_words_and_the_table_hold_the_numbers():
    chart = accuracies(every_contender([RUN]))
    assert "chance 20%" in chart.alt
    assert "nearest-neighbour 40.0 ± 1.0%" in chart.alt
    assert chart.table["accuracy %"] == [90.0, 50.0, 45.0, 40.0]
    assert chart.table["batch norm"] == ["transductive", "transductive", "support", "–"]


def test_each_kind_has_a_colour():
    assert len({colour for _, colour in KINDS.values()}) == len(KINDS) == 5


def test_queries_shared_out_otherwise_have_a_facet_beside_that_of_equal_ones():
    runs = [
        finished(("linear", None, (right, right)), query_dirichlet=balance)
        for right, balance in ((4, 2.0), (5, None))
    ]
    figure = accuracies(every_contender(runs)).figure
    titles = [note.text for note in layout(figure).annotations if "way" in str(note.text)]
    assert titles == ["2-way<br>1-shot", "2-way 1-shot<br>Dirichlet(2) queries"]
    assert [trace.x[0] for trace in results(figure)] == [50.0, 40.0]
