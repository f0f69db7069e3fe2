"""Every chart and map of the app says how it is drawn in Python: one without its code is found here."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
CHARTS = {
    "plot",
    "plotly_chart",
    "line_chart",
    "bar_chart",
    "area_chart",
    "scatter_chart",
    "altair_chart",
    "pyplot",
}
CODE = "draw_code"
ELSEWHERE = {
    "umeta/ui/shared/charts.py: plot": "whoever plots draws the code",
    "umeta/ui/learn/player.py: _beside": "for a hall, without controls; else by draw_chart",
}
"""Functions that draw a picture and leave its code to another."""


def called(function: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(function):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            yield name, node


def pictures_without_code(source: str) -> list[str]:
    """Return the functions of a module that draw a chart or a map, and no code of it."""
    found = []
    for function in ast.walk(ast.parse(source)):
        if not isinstance(function, ast.FunctionDef):
            continue
        calls = list(called(function))
        shown = CODE in {name for name, _ in calls}
        maps = [call for name, call in calls if name == "embedding_map"]
        coded = all("on_cell" in {keyword.arg for keyword in call.keywords} for call in maps)
        if not shown and (not coded or CHARTS & {name for name, _ in calls}):
            found.append(function.name)
    return found


def test_every_picture_of_the_app_shows_its_code():
    files = [*(ROOT / "umeta/ui").rglob("*.py"), *(ROOT / "pages").glob("*.py"), ROOT / "app.py"]
    found = {
        f"{file.relative_to(ROOT)}: {name}"
        for file in files
        for name in pictures_without_code(file.read_text("utf-8"))
    }
    assert found == set(ELSEWHERE)


def test_a_picture_without_code_is_found():
    assert pictures_without_code("def a():\n    plot(chart)\n    draw_code(cell)") == []
    assert pictures_without_code("def b():\n    st.line_chart(table)") == ["b"]
    assert pictures_without_code("def c():\n    embedding_map(points, view, on_cell=show)") == []
    assert pictures_without_code("def d():\n    embedding_map(points, view)") == ["d"]
