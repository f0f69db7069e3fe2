from tests.figures.drawn import traces
from tests.results.made_up import answers
from umeta.figures.per_task import per_task, who_is_right

A, B = answers(8, 8, 5, 5), answers(5, 5, 6, 5)


def test_tasks_with_the_same_pair_of_accuracies_are_one_larger_circle():
    chart = per_task(A, B, ("one", "two"))
    (circles,) = traces(chart.figure)
    task_counts = {(x, y): n for x, y, n in zip(circles.x, circles.y, circles.customdata, strict=True)}
    assert task_counts == {(80.0, 50.0): 2, (50.0, 60.0): 1, (50.0, 50.0): 1}
    largest = max(zip(circles.marker.size, circles.customdata, strict=True))
    assert largest[1] == 2


def test_the_words_say_on_how_many_tasks_each_is_better():
    assert "A is better on 2, B on 1, both alike on 1." in per_task(A, B, ("one", "two")).alt


def test_the_two_by_two_adds_up():
    # of 40 queries: both 5 + 5 + 5 + 5 = 20, A alone 3 + 3, B alone 1, neither 13
    assert who_is_right(A, B) == {
        "": ["A right", "A wrong"],
        "B right": ["50.0%", "2.5%"],
        "B wrong": ["15.0%", "32.5%"],
    }
