"""Text from outside reaches no Markdown unescaped: read from the sources of the app, without running them.

What a page draws as Markdown may be made of literals, numbers and `plain(…)` or `code(…)`. A value whose name says that
it is text, as `run.name`, `error` or `note`, may not, unless it stands below with the reason why it is the app's own.
"""

import ast
from collections.abc import Iterator
from functools import cache

from tests.serving import ROOT

LABELLED = """button checkbox toggle radio selectbox multiselect select_slider slider number_input text_input text_area
segmented_control pills file_uploader expander popover download_button link_button status form_submit_button"""
DRAWN = "markdown warning error info success caption badge title header subheader write toast latex spinner"
ARGUMENTS: dict[str, tuple[tuple[int, ...], tuple[str, ...]]] = {
    **dict.fromkeys(DRAWN.split(), ((0,), ("body", "text", "label"))),
    **dict.fromkeys(LABELLED.split(), ((0,), ("label", "help"))),
    **dict.fromkeys(("radio", "segmented_control", "pills"), ((0, 1), ("label", "options", "help"))),
    "metric": ((0, 1, 2), ("label", "value", "delta", "help")),
    "page_link": ((1,), ("label", "help")),
    "progress": ((1,), ("text",)),
    "image": ((1,), ("caption",)),
    "table": ((0,), ("data",)),
    "tabs": ((0,), ("tabs",)),
}
"""The arguments of each element that Streamlit reads as Markdown, by place and by name."""
SAFE = "plain code escape len duration counted int float round abs sum min max"
WORDS = """name names title label text texts error problem exception message note notes reason run_id dataset encoder
partition split path id ids claim question what source licence missing method learner words linked hint description
detail remedy value values caption heading"""
"""Last parts of the names of values that are text."""
LESSON = "written in the lesson, which is code"
ESCAPED = "escaped where it is made"
LITERAL, CLASS = "callers give literals", "written in the class of a method, which is code"
OURS = {
    ("pages/learn.py", "lesson.title"): LESSON,
    ("pages/system.py", "title"): CLASS,
    ("pages/system.py", "licence"): CLASS,
    ("umeta/ui/data/cards.py", "entry.what"): CLASS,
    ("umeta/ui/data/cards.py", "entry.licence"): CLASS,
    ("umeta/ui/data/cards.py", "entry.source"): CLASS,
    ("umeta/ui/data/cards.py", "title"): ESCAPED,
    ("umeta/ui/data/contents.py", "note"): ESCAPED,
    ("umeta/ui/data/first_look.py", "words"): LITERAL,
    ("umeta/ui/data/folder_browser.py", "label"): ESCAPED,
    ("umeta/ui/data/reading_choices.py", "label"): LITERAL,
    ("umeta/ui/explore/gallery.py", "title"): "made of numbers",
    ("umeta/ui/frame/sidebar.py", "label"): LITERAL,
    ("umeta/ui/learn/overview.py", "lesson.title"): LESSON,
    ("umeta/ui/learn/player.py", "lesson.question"): LESSON,
    ("umeta/ui/learn/player.py", "one.what"): LESSON,
    ("umeta/ui/learn/player.py", "scene.text"): LESSON,
    ("umeta/ui/learn/teacher.py", "lesson.question"): LESSON,
    ("umeta/ui/learn/teacher.py", "lesson.title"): LESSON,
    ("umeta/ui/partitions/audit.py", "label"): LITERAL,
    ("umeta/ui/results/downloads.py", "label"): LITERAL,
    ("umeta/ui/results/paired_differences.py", "label"): LITERAL,
    ("umeta/ui/shared/layout_job.py", "method.title"): CLASS,
    ("umeta/ui/shared/map_layout.py", "method.title"): CLASS,
    ("umeta/ui/shared/map_layout.py", "p.title"): CLASS,
    ("umeta/ui/shared/map_layout.py", "p.what"): CLASS,
    ("umeta/ui/start/panels.py", "label"): LITERAL,
    ("umeta/ui/start/panels.py", "title"): LITERAL,
    ("umeta/ui/start/panels.py", "n_right['learner']"): "a number",
    ("umeta/ui/start/results_panel.py", "PROJECTIONS[demo.about['projection']].title"): CLASS,
    ("umeta/ui/tasks/controls.py", "name"): "of the sources that this version has",
    ("umeta/ui/train/live_curves.py", "name"): "of the columns that this file makes",
    ("umeta/ui/shared/reveal.py", "split"): LITERAL,
    ("umeta/ui/shared/reveal.py", "what"): LITERAL,
    ("umeta/ui/train/run_actions.py", "name"): ESCAPED,
    ("umeta/ui/train/run_cards.py", "name"): ESCAPED,
    ("umeta/ui/train/queue_order.py", "label"): LITERAL,
}
"""Texts that the app itself wrote, by file and expression, with the reason."""


@cache
def sources() -> dict[str, ast.Module]:
    files = [*ROOT.glob("pages/*.py"), *ROOT.glob("umeta/ui/**/*.py")]
    return {str(file.relative_to(ROOT)): ast.parse(file.read_text("utf-8")) for file in files}


@cache
def functions() -> dict[str, ast.FunctionDef]:
    """Return the app's functions by their names; of two of one name the last."""
    trees = [ast.walk(tree) for tree in sources().values()]
    return {node.name: node for tree in trees for node in tree if isinstance(node, ast.FunctionDef)}


def drawn_texts(tree: ast.Module) -> Iterator[tuple[ast.AST, ast.expr]]:
    """Yield every argument that is read as Markdown, with the function that it stands in."""
    scopes = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    for scope in [tree, *scopes]:
        for node in own_nodes(scope):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            if node.func.attr in ARGUMENTS and (
                node.func.attr != "write" or ast.unparse(node.func.value) == "st"
            ):
                places, names = ARGUMENTS[node.func.attr]
                yield from ((scope, node.args[place]) for place in places if place < len(node.args))
                yield from ((scope, keyword.value) for keyword in node.keywords if keyword.arg in names)


def own_nodes(scope: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes of a function, or of a file, that stand in no function inside it."""
    for child in ast.iter_child_nodes(scope):
        if not isinstance(child, ast.FunctionDef):
            yield child
            yield from own_nodes(child)


def foreign_parts(
    node: ast.AST | None, scope: ast.AST, seen: frozenset[str] = frozenset()
) -> Iterator[ast.expr]:
    """Yield the parts of an expression that may be text from outside."""
    match node:
        case None | ast.Constant():
            return
        case ast.JoinedStr():
            for part in node.values:
                yield from foreign_parts(part, scope, seen)
        case ast.FormattedValue():
            if node.format_spec is None:
                yield from foreign_parts(node.value, scope, seen)
        case ast.BinOp():
            for part in (node.left, node.right):
                yield from foreign_parts(part, scope, seen)
        case ast.IfExp():
            for part in (node.body, node.orelse):
                yield from foreign_parts(part, scope, seen)
        case ast.BoolOp(values=parts) | ast.List(elts=parts) | ast.Tuple(elts=parts) | ast.Set(elts=parts):
            for part in parts:
                yield from foreign_parts(part, scope, seen)
        case ast.Dict():
            for part in (*node.keys, *node.values):
                yield from foreign_parts(part, scope, seen)
        case ast.Starred():
            yield from foreign_parts(node.value, scope, seen)
        case ast.GeneratorExp(elt=element) | ast.ListComp(elt=element) | ast.SetComp(elt=element):
            yield from foreign_parts(element, scope, seen)
        case ast.Call():
            yield from foreign_in_call(node, scope, seen)
        case ast.Name():
            yield from foreign_in_name(node, scope, seen)
        case ast.Attribute():
            if node.attr in WORDS.split():
                yield node
        case ast.Subscript():
            key = node.slice
            if isinstance(key, ast.Constant) and key.value in WORDS.split():
                yield node
            elif not isinstance(key, ast.Constant):
                yield from foreign_parts(node.value, scope, seen)


def foreign_in_call(node: ast.Call, scope: ast.AST, seen: frozenset[str]) -> Iterator[ast.expr]:
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    if name in SAFE.split():
        return
    if name == "join" or name in ("str", "repr", "list", "tuple", "sorted", "cut"):
        for part in node.args:
            yield from foreign_parts(part, scope, seen)
    elif isinstance(node.func, ast.Attribute) and name in (
        "capitalize",
        "lower",
        "strip",
        "replace",
        "format",
    ):
        for part in (node.func.value, *node.args):
            yield from foreign_parts(part, scope, seen)
    elif name in functions() and name not in seen:
        function = functions()[name]
        for inner in own_nodes(function):
            if isinstance(inner, ast.Return):
                yield from foreign_parts(inner.value, function, seen | {name})


def foreign_in_name(node: ast.Name, scope: ast.AST, seen: frozenset[str]) -> Iterator[ast.expr]:
    """Follow a local name to what it was set to; one that is not set here is judged by the name itself."""
    if node.id.isupper() or node.id in seen:
        return
    values = [
        inner.value
        for inner in own_nodes(scope)
        if isinstance(inner, ast.Assign | ast.AugAssign | ast.AnnAssign)
        for target in (inner.targets if isinstance(inner, ast.Assign) else [inner.target])
        if isinstance(target, ast.Name) and target.id == node.id
    ]
    if values:
        for value in values:
            yield from foreign_parts(value, scope, seen | {node.id})
    elif node.id in WORDS.split():
        yield node


def test_no_text_from_outside_is_drawn_as_markdown():
    foreign = {
        (file, ast.unparse(part)): part.lineno
        for file, tree in sources().items()
        for scope, text in drawn_texts(tree)
        for part in foreign_parts(text, scope)
    }
    left = {f"{file}:{line}": part for (file, part), line in foreign.items() if (file, part) not in OURS}
    assert not left, "draw these by plain(…), from umeta/ui/frame/text.py"
    assert set(OURS) <= set(foreign), "these are drawn no more"


def test_what_a_text_is_made_of_is_followed():
    source = """
def page(run, error, n):
    note = f"of {run.name}"
    st.markdown(f"**{n:,}** {plain(run.name)}: {note}")
    st.error(str(error))
    st.info("; ".join(f"{k}: {problem}" for k, problem in n))
    st.button("Go", help=f"{n} of {len(error)}")
    st.table({"a": [title]})
"""
    tree = ast.parse(source)
    parts = [ast.unparse(part) for scope, text in drawn_texts(tree) for part in foreign_parts(text, scope)]
    assert parts == ["run.name", "error", "problem", "title"]


def test_a_badge_escapes_its_text_itself_and_badly():
    """`st.badge` puts a backslash before brackets, so that `plain` would take the escape off them."""
    badges = [
        (file, ast.unparse(node.args[0]))
        for file, tree in sources().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(".badge")
    ]
    assert badges
    assert not [badge for badge in badges if "plain(" in badge[1] or "f'" in badge[1]]
