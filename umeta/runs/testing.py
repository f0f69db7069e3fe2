"""How a run's methods are judged: on which lists of test tasks."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, field_serializer, field_validator, model_validator

from umeta.stage import Config, UserError, build
from umeta.tasks import TaskConfig
from umeta.tasks.test_tasks import TasksOf
from umeta.yaml_reading import read_value

VIEWS_NOTE = (
    "Judged on views, without labels: can an image be told apart from others again, in random views of it? This does "
    "not show whether things of one class are told from others, and methods trained on such views (UMTRA, ProtoCLR, "
    "SimCLR) have practised just this."
)
"""What must be said wherever accuracies on tasks of views are shown."""

TEST_BUDGETS: Mapping[str, Mapping[str, Any]] = {"smoke": {"n_tasks": 50}}


def as_tuple(value: Any) -> Any:
    """Return `5,20` as typed in a command, one value, or None, as a tuple; what is listed stays as it is."""
    if value is None:
        return ()
    if isinstance(value, str):
        return tuple(read_value(part.strip()) for part in value.split(",") if part.strip())
    return value if isinstance(value, Iterable) and not isinstance(value, Mapping) else (value,)


def setting(shape: TaskConfig) -> str:
    """Return the name of a way and shot in file names and keys, e.g. `5way_1shot`."""
    return f"{shape.n_way}way_{shape.n_shot}shot"


class TestConfig(Config):
    """How methods are judged: on one saved list of tasks for every way and shot."""

    __test__: ClassVar[bool] = False

    n_way: tuple[Annotated[int, Field(ge=2)], ...] = Field(min_length=1)
    n_shot: tuple[Annotated[int, Field(ge=1)], ...] = Field(min_length=1)
    n_query: int = Field(default=5, ge=1)
    n_tasks: int = Field(default=1000, ge=2, le=100_000)
    seed: int = Field(default=0, ge=0)
    split: Literal["meta_val", "meta_test"] = "meta_test"
    of: TasksOf | None = Field(default=None, exclude_if=lambda of: of != "views")
    """What test tasks are made of: true classes, or views of single images, for which no label is needed. None: true
    classes where the split has any. Left out of identities unless it is views, as results had no such option before."""
    query_dirichlet: float | None = Field(default=None, gt=0, exclude_if=lambda given: given is None)
    """None: equally many queries of each class. Else as many in all, shared out by a Dirichlet distribution of this
    concentration (Veilleux et al., NeurIPS 2021: 2), on which methods that count on equal numbers fail."""
    first: tuple[tuple[str, Annotated[int, Field(ge=2)]], ...] = Field(
        default=(), exclude_if=lambda first: not first
    )
    """By setting, e.g. `{20way_5shot: 100}`: on how many of the first tasks of its list methods are judged that take
    gradient steps on each task, which may cost an hour for a list; all others are judged on all of it."""

    _lists = field_validator("n_way", "n_shot", mode="before")(as_tuple)

    @field_validator("first", mode="before")
    @classmethod
    def _pairs(cls, value: Any) -> Any:
        return tuple(sorted(value.items())) if isinstance(value, Mapping) else value

    @field_serializer("first")
    def _mapping(self, first: tuple[tuple[str, int], ...]) -> dict[str, int]:
        return dict(first)

    @model_validator(mode="after")
    def _settings_are_tested(self) -> "TestConfig":
        tested = [setting(shape) for shape in self.shapes()]
        for name, _ in self.first:
            if name not in tested:
                raise UserError(
                    f"test.first: {name!r} is no setting of this test. Its settings: {', '.join(tested)}."
                )
        return self

    @model_validator(mode="after")
    def _unequal_queries_are_of_classes(self) -> "TestConfig":
        if self.of == "views" and self.query_dirichlet is not None:
            raise UserError(
                f"test.query_dirichlet={self.query_dirichlet:g} shares the queries out over true classes, and "
                "test.of=views has none. Leave one of them out."
            )
        return self

    def shapes(self) -> list[TaskConfig]:
        """Return the shape of each list of test tasks, every way with every shot."""
        return [
            build(TaskConfig, {"n_way": way, "n_shot": shot, "n_query": self.n_query}, where="test")
            for way in self.n_way
            for shot in self.n_shot
        ]
