from tests.tasks.batches import CLASSES, task_batch
from tests.ui.conftest import OpenPage, texts
from umeta.ui.tasks.task_facts import truth_text


def test_noise_by_hand():
    batch = task_batch([[[0], [4]]], [[[1, 5], [5, 6]]])
    assert truth_text(batch, CLASSES) == "**Noise**: 25% of the queries are not of their row's class"
    alike = task_batch([[[0], [1]]], [[[2], [3]]])
    assert truth_text(alike, CLASSES).endswith(
        "0% of the queries are not of their row's class, and two rows are of one class"
    )
    assert truth_text(alike, CLASSES * 0 - 1) == "**Noise**: no class is known"


def test_difficulty_stands_beside_a_task_and_noise_once_classes_are_revealed(open_page: OpenPage):
    hidden = texts(open_page("tasks"))
    assert "**Difficulty**: the nearest neighbour gets " in hidden
    assert "**Noise**" not in hidden
    assert "**Noise**: " in texts(open_page("tasks", reveal="true"))
    oracle = texts(open_page("tasks", reveal="true", source="oracle"))
    assert "**Difficulty**" in oracle
    assert "**Noise**" not in oracle
    assert "**Difficulty**" not in texts(open_page("tasks", source="augmented"))
