from tests.results.made_up import ON_VIEWS, finished
from umeta.figures.results import accuracies
from umeta.results.interval_cover import in_words
from umeta.results.tables import every_contender


def test_tasks_of_views_have_images_where_others_have_classes():
    assert in_words("classes", ["classes", "classes"]) == "classes"
    assert in_words("classes", ["views"]) == "images"
    assert in_words("classes", ["classes", "views", "classes"]) == "classes or images"
    assert in_words("classes", []) == "classes"


def test_what_has_no_classes_is_called_alike_everywhere():
    assert in_words("tasks", ["views"]) == "tasks"
    assert in_words("trainings", ["views"]) == "trainings"


def test_the_chart_of_tasks_of_views_has_intervals_over_images():
    chart = accuracies(every_contender([finished(("linear", None, (5, 5)), **ON_VIEWS)]), over="classes")
    assert "95% intervals over images" in chart.alt
    assert chart.table["± images"] == [2.0]
