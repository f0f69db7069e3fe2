"""Tests umeta.demo.answers and umeta.demo.recipe too."""

import json

import numpy as np

from umeta.data import DATASETS
from umeta.demo import DRAW_LEARNER, FOLDER, RUN, load_demo
from umeta.demo.recipe import KEYS
from umeta.runs import RunConfig


def test_the_bundle_is_small_and_complete():
    files = [file for file in FOLDER.rglob("*") if file.is_file() and file.suffix not in (".py", ".pyc")]
    assert sum(file.stat().st_size for file in files if file != DRAW_LEARNER) <= 2_000_000
    about = json.loads((FOLDER / "demo.json").read_text())
    named = {about["points"], *about["sprite"]["pages"]}
    assert named == {file.name for file in (FOLDER / "media").iterdir()}
    assert about["command"] == "python -m umeta run " + " ".join(KEYS)
    config = RunConfig.from_keys(KEYS).model_dump(mode="json")
    assert about["config"]["dataset"] == config["dataset"]
    assert about["config"]["learner"] == config["learner"]


def test_the_bundled_answers_are_those_of_the_bundled_run():
    from safetensors.numpy import load_file

    demo = load_demo()
    correct = load_file(RUN / "correct.safetensors")
    for method, key in (
        (demo.about["learner"], f"{demo.about['learner']}/running/5way_1shot"),
        (demo.about["baseline"], f"{demo.about['baseline']}/None/5way_1shot"),
    ):
        for exam in demo.exams:
            assert np.array_equal(exam.right(method), correct[key][exam.number].astype(bool))


def test_practice_rows_are_drawn_from_one_cluster_each_and_exams_from_other_characters():
    demo = load_demo()
    clusters = demo.clusters[np.searchsorted(demo.points.items, demo.practice)]
    assert (clusters == clusters[:, :, :1]).all()
    assert (clusters >= 0).all()
    practised = set(demo.classes[demo.points.items].tolist())
    assert not practised & set(demo.classes[np.stack([exam.query for exam in demo.exams])].ravel().tolist())


def test_the_sprite_holds_the_drawings_of_the_config(home):
    from PIL import Image

    demo = load_demo()
    config = RunConfig.from_keys(KEYS)
    images = DATASETS.parse(config.dataset).load(home).images.images
    assert demo.points.sprite is not None
    for item in (0, 1500, len(images) - 1):
        page, left, top = demo.points.sprite.tile(item)
        with Image.open(FOLDER / "media" / page) as sheet:
            tile = np.asarray(sheet.crop((left, top, left + 28, top + 28)))
        assert np.array_equal(tile, images[item, 0]), f"item {item}: build the bundle again"


def test_the_first_task_is_a_typical_one():
    demo = load_demo()
    for part in ("learner", "baseline", "oracle"):
        right = [exam.right(demo.about[part]).mean() for exam in demo.exams]
        assert abs(right[0] - demo.row(part).accuracy) < 0.1


def test_both_bundled_runs_were_judged_on_the_same_tasks_and_differ_in_the_encoder_alone():
    demo = load_demo()
    rows = demo.rows + demo.plain_rows
    assert len({row.tasks_hash for row in rows}) == 1
    assert all(row.ci95_classes is not None for row in rows)
    plain = json.loads((FOLDER / "plain.json").read_text())["config"]
    differing = {key for key, value in demo.about["config"].items() if plain[key] != value}
    assert differing == {"encoder", "oracle"}
