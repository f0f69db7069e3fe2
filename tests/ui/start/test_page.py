import json
import subprocess
import sys

import numpy as np
import pytest

from tests.ui.conftest import ROOT, OpenPage, html_of, texts
from umeta.data import DATASETS
from umeta.runs import RunConfig
from umeta.ui.shared.demo import FOLDER, RUN, load_demo
from umeta.ui.shared.demo.build import WORDS

HEAVY = ("torch", "umap", "sklearn", "faiss", "pandas", "numba", "pyarrow", "scipy", "safetensors.torch")

OPEN_START = f"""
import sys
from streamlit.testing.v1 import AppTest
app = AppTest.from_file({str(ROOT / "umeta/ui/frame/script.py")!r}, default_timeout=30).run()
assert not app.exception, app.exception
assert any("no labels" in title.value for title in app.title), app.title
print(sorted(set({HEAVY!r}) & set(sys.modules)))
"""


def test_start_imports_no_heavy_library(home, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("UMETA_HOME", str(home.root))
    found = subprocess.run([sys.executable, "-c", OPEN_START], capture_output=True, text=True, cwd=ROOT)
    assert found.returncode == 0, found.stderr
    assert found.stdout.strip() == "[]"


def test_start_shows_four_panels_and_says_that_it_is_precomputed(open_page: OpenPage):
    app = open_page("start")
    assert not app.exception
    assert [one.key for one in app.get("bidi_component")].count("demo map") == 1
    said = texts(app)
    assert all(f":blue-badge[{number}]" in said for number in (1, 2, 3, 4))
    for words in (
        "Precomputed results",
        "seed 0",
        "n = 1",
        "1,000",
        "guessing",
        "ProtoNets",
        "SimCLR",
        "t-SNE",
    ):
        assert words in said


def test_another_task_changes_the_drawings_and_the_link(open_page: OpenPage):
    app = open_page("start", task="3")
    before = html_of(app)
    app.button(key="another").click().run()
    assert not app.exception
    assert app.query_params["task"] in ("4", ["4"])
    assert html_of(app) != before


@pytest.mark.parametrize("task", ["0", "25", "-1", "rubbish", "99999999999999999999"])
def test_a_wild_task_in_the_link_still_opens_start(task: str, open_page: OpenPage):
    app = open_page("start", task=task)
    assert not app.exception
    assert not app.error


def test_true_characters_are_shown_on_purpose_only(open_page: OpenPage):
    app = open_page("start")
    assert "✗" not in texts(app)
    app.toggle(key="truth").set_value(True).run()
    assert not app.exception
    assert "✗" in texts(app)
    assert 'aria-label="wrong"' in texts(app)


def test_the_bundle_is_small_and_complete():
    files = [file for file in FOLDER.rglob("*") if file.is_file() and file.suffix not in (".py", ".pyc")]
    assert sum(file.stat().st_size for file in files) <= 2_000_000
    about = json.loads((FOLDER / "demo.json").read_text())
    named = {about["points"], *about["sprite"]["pages"]}
    assert named == {file.name for file in (FOLDER / "media").iterdir()}
    assert about["command"] == "python -m umeta run " + " ".join(WORDS)
    config = RunConfig.from_keys(WORDS).model_dump(mode="json")
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
    clusters = demo.clusters_of(demo.practice)
    assert (clusters == clusters[:, :, :1]).all()
    assert (clusters >= 0).all()
    practised = set(demo.classes[demo.points.items].tolist())
    assert not practised & set(demo.classes[np.stack([exam.query for exam in demo.exams])].ravel().tolist())


def test_the_sprite_holds_the_drawings_of_the_config(home):
    from PIL import Image

    demo = load_demo()
    config = RunConfig.from_keys(WORDS)
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
        assert abs(right[0] - demo.accuracy(part)["accuracy"]) < 0.1


def test_both_bundled_runs_were_judged_on_the_same_tasks_and_differ_in_the_encoder_alone():
    demo = load_demo()
    rows = demo.rows + demo.plain_rows
    assert len({row["tasks_hash"] for row in rows}) == 1
    assert all({"ci95_classes", "label_use", "transductive"} <= row.keys() for row in rows)
    plain = json.loads((FOLDER / "plain.json").read_text())["config"]
    differing = {key for key, value in demo.about["config"].items() if plain[key] != value}
    assert differing == {"encoder", "oracle"}


def test_what_start_says_of_the_practice_is_what_the_numbers_say():
    demo = load_demo()
    assert demo.gain(plain=True) > 0.05, "Start says that practice helps on plain pixels"
    assert demo.gain() < 0, "Start says that it does not on this map"
    better_map = demo.accuracy("baseline")["accuracy"] - demo.accuracy("baseline", plain=True)["accuracy"]
    assert better_map > demo.gain(plain=True), "Start says that the better map is worth more"
