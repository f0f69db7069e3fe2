"""The parameters that the app uses are those that it declares; read from the sources, without running them."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from itertools import combinations
from pathlib import Path

import pytest

from tests.serving import ROOT
from tests.ui.conftest import OpenPage
from umeta.ui.frame import links

LINKS = ROOT / "umeta/ui/frame/links.py"


@cache
def sources() -> dict[Path, ast.Module]:
    """Return every source file of the app, that of the declarations apart."""
    files = [ROOT / "app.py", *ROOT.glob("pages/*.py"), *ROOT.glob("umeta/ui/**/*.py")]
    return {file: ast.parse(file.read_text("utf-8")) for file in files if file != LINKS}


def calls() -> Iterator[tuple[str, dict[str, ast.expr]]]:
    """Yield where each call stands, and its keyword arguments."""
    for file, tree in sources().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                keywords = {keyword.arg: keyword.value for keyword in node.keywords if keyword.arg}
                yield f"{file.relative_to(ROOT)}:{node.lineno}", keywords


def uses(tree: ast.AST) -> set[str]:
    """Return the declarations that a file uses, links to other pages apart."""
    to_other_pages = {
        id(part)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "links.query"
        for part in ast.walk(node)
    }
    return {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and ast.unparse(node.value) == "links"
        and id(node) not in to_other_pages
    } & set(links.declared())


def test_a_widget_is_bound_to_the_link_by_a_declared_parameter():
    bound = {place: ast.unparse(given["key"]) for place, given in calls() if "bind" in given}
    assert len(bound) > 40
    assert not {place: key for place, key in bound.items() if not key.endswith(".key")}


def test_a_widget_that_is_not_in_the_link_has_no_parameters_name_as_its_key():
    names = {parameter.name for parameter in links.declared().values()}
    keys = {place: given["key"] for place, given in calls() if "key" in given and "bind" not in given}
    texts = {place: key.value for place, key in keys.items() if isinstance(key, ast.Constant)}
    assert not {place: key for place, key in texts.items() if key in names}


def test_only_the_declarations_touch_the_query():
    for file, tree in sources().items():
        assert "st.query_params" not in ast.unparse(tree), file
    queries = [ast.unparse(given["query_params"]) for _, given in calls() if "query_params" in given]
    assert queries
    assert not [query for query in queries if re.search(r"\{\s*['\"]", query)]


def test_every_parameter_is_used_by_each_page_that_it_is_declared_for_and_by_no_other():
    shared: set[str] = set()
    by_page: dict[str, set[str]] = {page: set() for page in links.PAGES}
    for file, tree in sources().items():
        part = file.relative_to(ROOT).with_suffix("").parts
        page = part[-1] if part[0] == "pages" else part[2] if len(part) > 2 else ""
        by_page.get(page, shared).update(uses(tree))
    for name, parameter in links.declared().items():
        using = {page for page in links.PAGES if name in by_page[page]}
        assert using or name in shared, f"{name} is declared and not used"
        assert using <= set(parameter.pages), f"{name} is used by {using}, declared for {parameter.pages}"
        assert name in shared or using == set(parameter.pages), (
            f"{name} is not used by all of {parameter.pages}"
        )


def test_no_two_parameters_have_one_name():
    patterns = [
        re.sub(r"\\\{.*\\\}", ".+", re.escape(parameter.name)) for parameter in links.declared().values()
    ]
    names = [parameter.name for parameter in links.declared().values()]
    for (pattern, name), (other, other_name) in combinations(zip(patterns, names, strict=True), 2):
        assert not re.fullmatch(pattern, other_name)
        assert not re.fullmatch(other, name)


def test_each_parameter_says_what_it_chooses_in_one_sentence():
    for parameter in links.declared().values():
        assert re.fullmatch(r"[A-Z`].*[^.]\.", parameter.meaning), parameter.name
        assert parameter.pages
        assert set(parameter.pages) <= set(links.PAGES)
        assert parameter.default is None or isinstance(parameter.default, parameter.kind)


def test_the_list_of_parameters_is_a_markdown_table_with_a_row_each():
    head, rule, *rows = links.as_markdown().splitlines()
    assert head == "| parameter | type | default | page | meaning |"
    assert rule == "| --- | --- | --- | --- | --- |"
    assert len(rows) == len(links.declared())
    assert "| `n_way` | whole number | `5` | partitions, tasks | Classes of one task. |" in rows
    assert not [row for row in rows if row.replace(r"\|", "").count("|") != 6]


@pytest.mark.parametrize(
    ("page", "key"),
    [
        ("explore", "projection"),
        ("explore", "colour"),
        ("partitions", "partition_b"),
        ("partitions", "section"),
        ("tasks", "section"),
        ("results", "section"),
    ],
)
def test_a_value_of_a_link_that_is_not_here_is_announced_and_the_page_still_opens(
    page: str, key: str, open_page: OpenPage
):
    app = open_page(page, **{key: "nonsense"})
    assert not app.exception
    assert [one.value for one in app.warning if f"{key}='nonsense' is not here. There are: " in one.value]
    assert not [one for one in open_page(page).warning if "is not here" in one.value]
