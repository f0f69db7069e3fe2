from umeta.results.interval_cover import in_words


def test_tasks_of_views_have_images_where_others_have_classes():
    assert in_words("classes", ["classes", "classes"]) == "classes"
    assert in_words("classes", ["views"]) == "images"
    assert in_words("classes", ["classes", "views", "classes"]) == "classes or images"
    assert in_words("classes", []) == "classes"


def test_what_has_no_classes_is_called_alike_everywhere():
    assert in_words("tasks", ["views"]) == "tasks"
    assert in_words("trainings", ["views"]) == "trainings"
