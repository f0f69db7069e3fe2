from types import ModuleType
from typing import Any, ClassVar, Literal

import pytest
from pydantic import Field, ValidationError

from umeta.stage import Config, Method, Registry, Step, UserError, build, content_hash, ignore_step


class Plain(Method):
    name: Literal["plain"] = "plain"
    dim: int = Field(default=8, ge=1)
    kind: Literal["a", "b"] = "a"
    budgets: ClassVar = {"smoke": {"dim": 2}}


class Folder(Method):
    name: str = "folder"


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> Registry:
    module: Any = ModuleType("umeta_test_methods")
    module.Plain, module.Folder = Plain, Folder
    monkeypatch.setitem(__import__("sys").modules, "umeta_test_methods", module)
    methods = {
        "plain": "umeta_test_methods:Plain",
        "folder": "umeta_test_methods:Folder",
        "broken": "no_such_module:X",
    }
    return Registry("thing", methods, frozenset({"folder"}))


def test_a_name_a_mapping_and_a_built_method_are_all_parsed(registry: Registry) -> None:
    assert registry.parse("plain") == registry.parse({"name": "plain"}) == Plain()
    assert registry.parse({"name": "plain", "dim": 3}).dim == 3
    built = Plain(dim=4)
    assert registry.parse(built) is built


def test_explicit_options_beat_the_budget_and_the_budget_beats_defaults(registry: Registry) -> None:
    assert registry.parse("plain", "smoke").dim == 2
    assert registry.parse({"name": "plain", "dim": 5}, "smoke").dim == 5
    assert registry.parse("plain", "paper").dim == 8


def test_only_the_chosen_method_is_imported(registry: Registry) -> None:
    assert registry.parse("plain")
    with pytest.raises(ModuleNotFoundError, match="no_such_module"):
        registry.parse("broken")


def test_an_argument_is_kept(registry: Registry) -> None:
    assert registry.parse("folder:photos/a:b").argument == "photos/a:b"
    assert Plain().argument == ""


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("wrong", r"thing='wrong' is not known. Choose one of: plain, folder:PATH, broken\."),
        ("folder", "thing='folder' is not known"),
        ("plain:x", "thing='plain:x' is not known"),
        ({}, "thing='' is not known"),
        (42, "thing=42 is neither a name nor a mapping"),
        (None, "thing=None is neither a name nor a mapping"),
        (
            {"name": "plain", "dimm": 3},
            "thing.dimm is not a known key. Valid keys: thing.name, thing.dim, thing.kind",
        ),
        ({"name": "plain", 3: 3}, "thing.3 is not a known key"),
        ({"name": "plain", "dim": 0}, "thing.dim=0: .*greater than or equal to 1"),
        ({"name": "plain", "dim": "x"}, "thing.dim='x': "),
        ({"name": "plain", "kind": "c"}, "thing.kind='c': .*'a' or 'b'"),
        ({"name": "plain", "dim": 0, "kind": "c"}, "thing.dim=0.*; thing.kind='c'"),
    ],
)
def test_bad_input_gives_one_line_with_what_is_valid(registry: Registry, value: Any, message: str) -> None:
    with pytest.raises(UserError, match=message) as raised:
        registry.parse(value)
    assert "\n" not in str(raised.value)


def test_methods_are_frozen_hashable_and_compared_by_value() -> None:
    method = Plain()
    with pytest.raises(ValidationError, match="frozen"):
        method.dim = 3
    assert Plain(dim=8) == method != Plain(dim=9)
    assert hash(Plain(dim=8)) == hash(method)


def test_what_made_a_product_holds_options_and_code_version() -> None:
    assert Plain(dim=3).made_from() == {"name": "plain", "dim": 3, "kind": "a", "code_version": 1}


def test_content_hash_ignores_the_order_of_keys_and_nothing_else() -> None:
    assert content_hash({"a": 1, "b": [2]}) == content_hash({"b": [2], "a": 1})
    assert content_hash({"a": 1}) != content_hash({"a": 2})
    assert len(content_hash({}, 12)) == 12
    with pytest.raises(ValueError, match="JSON"):
        content_hash(float("nan"))


def test_a_nested_problem_is_named_by_its_path() -> None:
    class Inner(Config):
        x: int = 1

    class Outer(Config):
        inner: Inner = Inner()

    with pytest.raises(UserError, match="run.inner.x='a'"):
        build(Outer, {"inner": {"x": "a"}}, where="run")


def test_a_step_may_be_ignored() -> None:
    ignore_step(Step("stage", 1, 2, {"loss": 0.5}))
