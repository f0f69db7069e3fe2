import ast
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.serving import ROOT
from tests.ui.conftest import OpenPage
from umeta.cache import Home

CONTROLS = (
    "checkbox", "multiselect", "number_input", "pagination", "radio", "segmented_control", "select_slider", "selectbox",
    "slider", "text_area", "text_input", "toggle",
)  # fmt: skip
REPLACED = (
    "f'name {run.run_id}'", "f'tags {run.run_id}'", "f'note {run.run_id}'", "f'title {entry.name}'", "'own title'",
    "shown",
)  # fmt: skip
"""Keys of controls that show what is stored elsewhere, which may change while they are not on screen."""


def go(app: AppTest, page: str) -> AppTest:
    return app.switch_page(str(ROOT / f"pages/{page}.py")).run()


def test_every_control_is_in_the_link_or_keeps_what_was_set():
    forgetful = []
    for file in (*sorted((ROOT / "umeta/ui").rglob("*.py")), *sorted((ROOT / "pages").glob("*.py"))):
        for call in ast.walk(ast.parse(file.read_text("utf-8"))):
            if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)):
                continue
            options = {keyword.arg: ast.unparse(keyword.value) for keyword in call.keywords}
            if call.func.attr not in CONTROLS or options.get("key") in REPLACED:
                continue
            if not {"bind", "persist_state"} & options.keys():
                forgetful.append(f"{Path(file).relative_to(ROOT)}:{call.lineno} {options.get('key')}")
    assert not forgetful, f"give it persist_state=KEPT (umeta.ui.frame.page_settings): {', '.join(forgetful)}"


def test_settings_of_train_survive_a_change_of_page(
    open_page: OpenPage, home: Home, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("UMETA_HOME", str(home.root))
    app = open_page("train")
    app.selectbox(key="learner").set_value("maml").run()
    app.segmented_control(key="launch budget").set_value("smoke").run()
    app.number_input(key="iterations").set_value(33).run()
    app.number_input(key="practice n_way").set_value(4).run()
    app.text_input(key="test n_way").set_value("2, 3").run()
    app.multiselect(key="baselines").set_value(["linear"]).run()
    app.number_input(key="seed").set_value(5).run()
    app.toggle(key="oracle").set_value(True).run()
    app = go(go(app, "system"), "train")
    assert not app.exception
    assert app.selectbox(key="learner").value == "maml"
    assert app.segmented_control(key="launch budget").value == "smoke"
    assert app.number_input(key="iterations").value == 33
    assert app.number_input(key="practice n_way").value == 4
    assert app.text_input(key="test n_way").value == "2, 3"
    assert app.multiselect(key="baselines").value == ["linear"]
    assert app.number_input(key="seed").value == 5
    assert app.toggle(key="oracle").value is True


def test_each_page_has_its_own_open_section(open_page: OpenPage):
    app = open_page("tasks", section="browse")
    assert app.segmented_control(key="section").value == "browse"
    app = go(app, "partitions")
    assert not app.exception
    assert not app.warning
    assert app.segmented_control(key="section").value == "How good is each?"
    app = go(go(app, "system"), "tasks")
    assert not app.warning
    assert app.segmented_control(key="section").value == "browse"
