"""What every stage of the pipeline shares: its config, the registry of its methods, its progress events.

A *method* (an encoder, a partition strategy, a learner, …) is one frozen, validated config with pure
functions on it: `Pca(dim=64).fit(...)`. It is found by name in its stage's `Registry`, which imports a
method's module only when that method is asked for.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from importlib import import_module
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Any, ClassVar, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, PlainSerializer, PlainValidator, ValidationError

from umeta.messages import cut, shown
from umeta.strict_numbers import with_strict_numbers

if TYPE_CHECKING:
    import numpy as np

T = TypeVar("T", bound="Config")
M = TypeVar("M", bound="Method")

BUDGETS = ("smoke", "short", "paper")


class UserError(ValueError):
    """Bad input that a person can mend; the message gives the values found and the remedy."""


class Cancelled(Exception):
    """Raised by an `on_step` callback to stop a stage; whatever was finished before stays stored."""


@dataclass(frozen=True)
class Step:
    """One progress event of a stage: `done` of `total` units, and any numbers worth a live curve.

    Now and then a `picture`, uint8 `(height, width)` or `(height, width, 3)`, shows a person whether training works, or
    `positions`, float32 `(n_items, 2)`, where the items of a map lie so far.
    """

    stage: str
    done: int
    total: int
    values: Mapping[str, float] = field(default_factory=dict)
    note: str = ""
    picture: "np.ndarray | None" = field(default=None, repr=False, compare=False)
    positions: "np.ndarray | None" = field(default=None, repr=False, compare=False)


OnStep = Callable[[Step], None]


def ignore_step(step: Step) -> None:
    """Take a progress event and do nothing: the default where nobody watches."""


class Config(BaseModel):
    """A frozen, validated, hashable set of options; unknown keys are errors.

    A truth value is no number, a number with a fraction no whole one, text neither, and numbers are finite.
    `model_fields_set` holds the options that were given; the others are defaults, and may be fitted to a data set.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True, allow_inf_nan=False)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        return with_strict_numbers(handler(source))

    def as_given(self: T, keys: Iterable[str]) -> T:
        """Return the same options, of which these alone count as given."""
        given = {key for key in keys if key in type(self).model_fields}
        return self.model_construct(_fields_set=given, **dict(self))

    def with_defaults(self: T, **values: Any) -> T:
        """Return a copy with other defaults: these options do not count as given."""
        return self.model_construct(_fields_set=set(self.model_fields_set), **{**dict(self), **values})


@dataclass(frozen=True)
class Fit:
    """A value of an option that suits a data set, where the one it has does not, and why."""

    value: Any
    reason: str


class Method(Config):
    """The config of one method of a stage. Subclasses add options and the stage's functions, and are final.

    `name` may carry one argument after a colon (`folder:photos/birds`), kept as `argument`.
    """

    code_version: ClassVar[int] = 1
    """Raised whenever a change of code changes what the method produces: part of every cache key."""
    budgets: ClassVar[Mapping[str, Mapping[str, Any]]] = {}
    """What `budget=smoke`, `short` or `paper` sets, where a key is not given explicitly."""
    trains: ClassVar[bool] = True
    """Whether an encoder or a learner trains for minutes, so that a person is asked first.

    One that does not say is taken to.
    """
    embeds_new_images: ClassVar[bool] = True
    """Of an encoder: whether it embeds images that were not there when it was fitted, such as views of them."""
    page_options: ClassVar[frozenset[str]] = frozenset()
    """The options that a page may offer, e.g. `n_clusters`, `n_partitions` and `scaling` of a partition strategy."""
    tasks_of: ClassVar[Literal["clusters", "random labels", "true classes"]] = "clusters"
    """Of a partition strategy: what tasks drawn from its partitions are made of, by which learners are called."""

    name: str

    @property
    def label(self) -> str:
        """The name in results: the registered one, unless a method says otherwise."""
        return self.name

    @property
    def argument(self) -> str:
        """The part of the name after the first colon, or an empty string."""
        return self.name.partition(":")[2]

    @property
    def open_options(self) -> frozenset[str]:
        """The options that are None: left to a run, which sets those that its other stages decide."""
        return frozenset(name for name, value in self if value is None)

    @property
    def note(self) -> str:
        """What must be said wherever the method's results are shown; empty for most."""
        return ""

    @property
    def labels_seen(self) -> Literal["none", "elsewhere", "unknown"]:
        """Of an encoder: whether labels were used where it was trained before it came here."""
        return "none"

    def unfit_options(self, n_items: int, item_shape: tuple[int, ...]) -> Mapping[str, Fit]:
        """Return the options that so many items of `(channels, height, width)` cannot bear, with values that suit."""
        return {}

    def as_fitted(self: M) -> M:
        """Return the method with the options that `fit` does not read at their defaults: one state serves them all."""
        return self

    def made_from(self) -> dict[str, Any]:
        """Return what identifies this method's product: its options and its code version."""
        return {**self.model_dump(mode="json"), "code_version": self.code_version}


def content_hash(value: Any, length: int = 16) -> str:
    """Return the first `length` hex digits of the SHA-256 of a JSON value with sorted keys."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()[:length]


@dataclass(frozen=True)
class Registry:
    """The methods of one stage: `name → "module:Class"`, with entry points of other packages merged in.

    A user's own package adds a method by an entry point in the group `umeta.<stage>s`, e.g.
    `[project.entry-points."umeta.encoders"]  mine = "my_package:MyEncoder"`.
    """

    stage: str
    builtin: Mapping[str, str]
    takes_argument: frozenset[str] = frozenset()

    @cached_property
    def methods(self) -> Mapping[str, str]:
        """All names known, the built-in ones first."""
        added = {point.name: point.value for point in entry_points(group=f"umeta.{self.stage}s")}
        return {**self.builtin, **{name: value for name, value in added.items() if name not in self.builtin}}

    def shown_names(self) -> list[str]:
        """Return the names as a person types them, e.g. `folder:PATH`."""
        return [f"{name}:PATH" if name in self.takes_argument else name for name in self.methods]

    def method_class(self, name: str) -> type[Method]:
        """Import and return the class behind a name (`folder:PATH` is looked up as `folder`).

        Raises:
            UserError: the stage has no method of that name, or its argument is missing.
        """
        stem, _, argument = (name, "", "") if name in self.methods else name.partition(":")
        if "\0" in name or stem not in self.methods or bool(argument) != (stem in self.takes_argument):
            raise UserError(
                f"{self.stage}={shown(name)} is not known. Choose one of: {', '.join(self.shown_names())}."
            )
        module, _, attribute = self.methods[stem].partition(":")
        return getattr(import_module(module), attribute)

    def parse(self, value: Any, budget: str | None = None) -> Any:
        """Build a method from its name, a mapping of options with a `name`, or return a built one unchanged.

        Options that `value` does not give come from `budget`, then from the method's defaults.

        Raises:
            UserError: unknown method, unknown option or a value out of range, each with what would be valid.
        """
        if isinstance(value, Method):
            return value
        if not isinstance(value, str | Mapping):
            raise UserError(
                f"{self.stage}={shown(value)} is neither a name nor a mapping of options with a `name`."
            )
        options = (
            {"name": value} if isinstance(value, str) else {str(key): option for key, option in value.items()}
        )
        method = self.method_class(str(options.get("name", "")))
        preset = method.budgets.get(budget, {}) if budget else {}
        return build(method, {**preset, **options}, where=self.stage).as_given(options)

    def field(self) -> tuple[PlainValidator, PlainSerializer]:
        """Return the pydantic annotations of a field that holds one method of this stage."""
        return PlainValidator(self.parse), PlainSerializer(lambda method: method.model_dump(mode="json"))


def build(config: type[T], options: Mapping[str, Any], where: str) -> T:
    """Validate `options` into a config, with errors that name the key as a person typed it.

    Raises:
        UserError: an unknown key (the valid ones are listed) or a value out of range.
    """
    if not isinstance(options, Mapping):
        raise UserError(f"{where or 'a config'} is {shown(options)}, not a mapping of options.")
    try:
        return config.model_validate({str(key): value for key, value in options.items()})
    except ValidationError as error:
        raise UserError("; ".join(_explain(config, problem, where) for problem in error.errors())) from None


def _explain(config: type[Config], problem: Any, where: str) -> str:
    key = ".".join(str(part) for part in (where, *problem["loc"]) if part != "" and not isinstance(part, int))
    if problem["type"] == "extra_forbidden":
        valid = ", ".join(f"{where}.{name}" if where else name for name in config.model_fields)
        return f"{cut(key)} is not a known key. Valid keys: {valid}."
    if problem["type"] == "value_error":
        return str(problem["ctx"]["error"])
    return f"{cut(key)}={shown(problem['input'])}: {problem['msg']}"


def lazy_exports(package: str, modules: Mapping[str, str]) -> Callable[[str], Any]:
    """Return a module `__getattr__` that imports a public name's module when the name is first asked for.

    Packages use it for names whose modules need torch, so that the app can list methods without importing it.
    """

    def __getattr__(name: str) -> Any:
        if name not in modules:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        return getattr(import_module(modules[name]), name)

    return __getattr__
