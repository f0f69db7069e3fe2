"""Every module is tested by the file that mirrors its path, or a test file names it in its docstring."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_every_module_has_a_test_file_that_mirrors_it_or_names_it():
    files = sorted((ROOT / "tests").rglob("test_*.py"))
    docstrings = [ast.get_docstring(ast.parse(file.read_text("utf-8"))) or "" for file in files]
    named = {name for text in docstrings for name in re.findall(r"\bumeta(?:\.\w+)+", text)}
    untested = [
        module
        for file in sorted((ROOT / "umeta").rglob("*.py"))
        if file.name != "__init__.py"
        and not (ROOT / "tests" / file.parent.relative_to(ROOT / "umeta") / f"test_{file.name}").exists()
        and (module := ".".join(file.relative_to(ROOT).with_suffix("").parts)) not in named
    ]
    assert not untested, f"no test file mirrors or names: {', '.join(untested)}"


def test_every_test_file_mirrors_a_module_or_says_what_it_tests():
    unexplained = [
        str(file.relative_to(ROOT))
        for file in sorted((ROOT / "tests").rglob("test_*.py"))
        if not (
            ROOT / "umeta" / file.parent.relative_to(ROOT / "tests") / file.name.removeprefix("test_")
        ).exists()
        and not ast.get_docstring(ast.parse(file.read_text("utf-8")))
    ]
    assert not unexplained, f"neither mirror a module nor say what they test: {', '.join(unexplained)}"
