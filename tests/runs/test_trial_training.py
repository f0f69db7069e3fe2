"""The steps that are tried before an encoder is trained; tests umeta.runs.stages and umeta.runs.drawn_tasks too."""

import json

from tests.small_runs import small
from umeta.cache import Home
from umeta.runs import RunDirectory
from umeta.runs.pipeline import execute
from umeta.runs.stages import TASKS_DRAWN, TRIAL

KEYS = ("encoder=simclr", "encoder.steps=2", "learner.iterations=3", "oracle=false")


def stages(run: RunDirectory) -> list[str]:
    return list(dict.fromkeys(event["stage"] for event in run.events()[0]))


def test_training_is_tried_before_an_encoder_is_trained_and_changes_no_number(home: Home):
    config = small(*KEYS)
    first, with_trial = execute(config, home)
    assert stages(first)[:3] == [TASKS_DRAWN, TRIAL, "encoder"]
    for product in ("learners", "partitions"):
        for folder in (home.products / product).iterdir():
            folder.rename(home.root / f"aside {product} {folder.name}")
    first.path.rename(home.root / "aside run")
    again, without = execute(config, home)  # its encoder is trained: there is nothing to wait for
    assert TRIAL not in stages(again)
    assert "train" in stages(again)
    assert json.dumps([row.to_json() for row in with_trial.rows]) == json.dumps(
        [row.to_json() for row in without.rows]
    )


def test_what_is_drawn_is_told_with_the_images_of_it(home: Home):
    run, _ = execute(
        small("learner=none", "baselines=nearest-neighbour", "test.n_tasks=2", "test.n_way=2"), home
    )
    (event,) = [event for event in run.events()[0] if event["stage"] == TASKS_DRAWN]
    assert event["note"] == "2way_1shot"
    per_task = 2 * (1 + run.config().test.n_query)
    assert per_task <= event["values"]["images"] <= 2 * per_task
