from pathlib import Path

import pytest

from umeta.data.marks import Marks
from umeta.runs import RunConfig
from umeta.runs.verdict import shape_for, verdict_config
from umeta.stage import UserError

MARKS = Marks({f"class {k}": tuple(f"{k}/{i}" for i in range(10)) for k in range(8)}, "cafe")


@pytest.mark.parametrize(
    ("sizes", "n_way", "n_query"),
    [
        ([10] * 20, 5, 5),
        ([10] * 7, 3, 5),
        ([10] * 5, 2, 5),
        ([3, 3, 3], 2, 2),
        ([10] * 9 + [2], 4, 5),  # one class too small takes no part
        ([2, 2], 2, 1),
        ([50, 50, 1], 2, 5),
    ],
)
def test_tasks_over_few_classes_have_half_of_them(sizes: list[int], n_way: int, n_query: int):
    assert shape_for(sizes, 5) == {"n_way": (n_way,), "n_shot": (1,), "n_query": n_query}


def test_too_few_marks_make_no_task():
    with pytest.raises(UserError, match="and 1 of 2 marked classes are that large"):
        shape_for([9, 1], 5)


def test_a_run_judged_by_marks_keeps_all_that_was_trained():
    config = RunConfig.from_keys(
        ("dataset=folder:/photos", "test.of=views", "test.n_tasks=30", "task.n_way=4")
    )
    judged = verdict_config(config.model_dump(mode="json"), Path("/marks.json"), MARKS)
    assert judged.dataset.labels == "/marks.json"  # pyright: ignore[reportAttributeAccessIssue]
    assert (judged.test.n_way, judged.test.n_shot, judged.test.n_query) == ((4,), (1,), 5)
    assert (judged.test.of, judged.test.n_tasks) == (None, 30)
    for section in ("encoder", "partition", "task", "learner", "baselines", "seed"):
        assert getattr(judged, section) == getattr(config, section)


def test_a_verdict_takes_as_many_tasks_as_any_test_of_classes():
    config = RunConfig.from_keys(("dataset=folder:/photos", "test.of=views", "test.n_tasks=300"))
    assert verdict_config(config.model_dump(mode="json"), Path("/marks.json"), MARKS).test.n_tasks == 1000
