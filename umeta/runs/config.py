"""The config of a run: one method per stage, the shape of its tasks, and how it is judged."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field, model_validator

from umeta.baselines import BASELINES
from umeta.data import DATASETS, DatasetMethod
from umeta.encoders import ENCODERS, default_encoder
from umeta.learners import LEARNERS
from umeta.messages import shown
from umeta.partitions import PARTITIONS, PartitionStrategy
from umeta.runs.presets import Preset, preset_for
from umeta.runs.testing import TEST_BUDGETS, TestConfig, as_tuple
from umeta.runs.words import lay_over, options_of, parse_words
from umeta.stage import BUDGETS, Config, Registry, UserError, build, content_hash
from umeta.tasks import SOURCES, TaskConfig

if TYPE_CHECKING:
    from umeta.baselines import Baseline
    from umeta.encoders import Encoder
    from umeta.learners import Learner
    from umeta.tasks.augmented import AugmentedTasks
    from umeta.tasks.partition_tasks import PartitionTasks

    TaskSourceMethod = PartitionTasks | AugmentedTasks
else:  # their modules need torch, which listing runs must not wait for; the registries validate these fields
    Baseline = Encoder = Learner = TaskSourceMethod = Any

SECTIONS: Mapping[str, Registry] = {
    "dataset": DATASETS,
    "encoder": ENCODERS,
    "partition": PARTITIONS,
    "source": SOURCES,
    "learner": LEARNERS,
}
"""The sections that hold one method each."""

DEFAULTS: Mapping[str, str] = {  # the encoder's depends on the data set
    "dataset": "glyphs",
    "partition": "kmeans",
    "source": "partition",
    "learner": "protonets",
}
MAX_NAME_BYTES = 40
"""Of each name in a run's id."""
SINGLE = ("baselines", "oracle", "seed", "device", "budget")
"""The sections that are one value."""
DEFAULT_BASELINES = ("nearest-neighbour", "linear", "prototypes")


def default_method(section: str, dataset: DatasetMethod) -> str:
    """Return the method of a section where none is named, on a data set."""
    if section == "encoder":
        return default_encoder(dataset.name, with_vectors=dataset.has_vectors)
    return DEFAULTS[section]


def _is_plain(source: Any) -> bool:
    """Return whether tasks are CACTUs' own: drawn from partitions, with all dials at rest."""
    return source.name == DEFAULTS["source"] and not source.dials


class RunConfig(Config):
    """Everything that decides a run's numbers. Validated whole; what one stage takes from another is filled in.

    Built from nested mappings: a section may be a method's name or a mapping with `name`; keys that are not given
    come from `budget`, then from the method's defaults.
    """

    dataset: Annotated[DatasetMethod, *DATASETS.field()]
    encoder: Annotated[Encoder, *ENCODERS.field()]
    partition: Annotated[PartitionStrategy, *PARTITIONS.field()]
    source: Annotated[TaskSourceMethod, *SOURCES.field()] = Field(exclude_if=_is_plain)
    """Where training tasks come from: the partitions, or augmented views of single items, which need none. Left out of
    identities where it is plain CACTUs."""
    task: TaskConfig
    learner: Annotated[Learner, *LEARNERS.field()]
    baselines: tuple[Annotated[Baseline, *BASELINES.field()], ...]
    oracle: bool = False
    test: TestConfig
    seed: int = Field(default=0, ge=0)
    device: Literal["auto", "cpu", "cuda", "mps"] = "auto"
    budget: Literal["smoke", "short", "paper"] = "short"

    @model_validator(mode="before")
    @classmethod
    def _fill(cls, given: Any) -> dict[str, Any]:
        """Look up each section's method and resolve what depends on another section."""
        values = dict(given)
        budget = values.get("budget", cls.model_fields["budget"].default)
        if budget not in BUDGETS:
            raise UserError(f"budget={shown(budget)} is not known. Choose one of: {', '.join(BUDGETS)}.")
        values["dataset"] = DATASETS.parse(_named(values.get("dataset"), DEFAULTS["dataset"]), budget)
        preset = preset_for(values["dataset"].name, budget)
        for section, registry in SECTIONS.items():
            values[section] = registry.parse(
                _with_preset(preset, _named(values.get(section), default_method(section, values["dataset"]))),
                budget,
            )
        learner = values["learner"]
        task_options = options_of("task", values.get("task"))
        source = values["source"]
        options = {**learner.task_defaults, **preset.get("task", {}), **source.task_defaults, **task_options}
        values["task"] = task = build(TaskConfig, options, where="task").as_given(task_options)
        shapes = {"n_way": task.n_way, "n_shot": task.n_shot}
        shapes |= {key: preset["test"][key] for key in shapes if key not in task_options and "test" in preset}
        test_options = options_of("test", values.get("test"))
        test = {**preset.get("test", {}), **shapes, **TEST_BUDGETS.get(budget, {}), **test_options}
        values["test"] = test = build(TestConfig, test, where="test").as_given(test_options)
        values["baselines"] = _baselines(values.get("baselines", DEFAULT_BASELINES), preset, budget)
        _check_query_labels(values["baselines"], test)
        partition = values["partition"]
        from_task = {"min_cluster_size": task.items_per_class, "n_way": task.n_way}
        open_options = {key: value for key, value in from_task.items() if key in partition.open_options}
        values["partition"] = partition.with_defaults(**open_options)
        _refuse_contradictions(learner, source, partition, task)
        if learner.iterations == 0 and not values["baselines"]:
            raise UserError("learner=none and no baselines leave nothing to judge; give one of them.")
        if learner.has_head and max(test.n_way) > task.n_way:
            raise UserError(
                f"test.n_way={max(test.n_way)} is more than task.n_way={task.n_way}: {learner.name} is trained with "
                "one output per class, so it can be tested with as many ways or fewer. Raise task.n_way."
            )
        return values

    @classmethod
    def from_keys(cls, keys: Iterable[str], base: Mapping[str, Any] | None = None) -> "RunConfig":
        """Build a config from `key=value` words over a base mapping (a config file's content).

        `section=name` resets the section to the method's defaults; a dotted key changes one value. The order of words
        is all the same, and what the base loses by a reset is logged.

        Raises:
            UserError: an unknown key, method or value (the message lists the valid ones), or a key given twice.
        """
        words = parse_words(keys, named=SECTIONS)
        for word in words:
            if word.section not in cls.model_fields:
                raise UserError(
                    f"{shown(word.text)} is no key=value of a run. Valid keys: {', '.join(valid_keys())}."
                )
        return build(cls, lay_over(base or {}, words, named=SECTIONS, single=SINGLE), where="")

    def made_from(self) -> dict[str, Any]:
        """Return what identifies the run's results: every option, and the code version of every method."""
        methods = {section: getattr(self, section).made_from() for section in SECTIONS}
        if _is_plain(self.source):
            del methods["source"]
        baselines = [baseline.made_from() for baseline in self.baselines]
        return {**self.model_dump(mode="json"), **methods, "baselines": baselines}

    @property
    def run_id(self) -> str:
        """The run's identity, readable: its methods' names and the hash of all that decides its numbers."""
        made_of = "partition" if self.source.name == DEFAULTS["source"] else "source"
        names = (getattr(self, section).name for section in ("dataset", "encoder", made_of, "learner"))
        return f"{'-'.join(map(_name_in_id, names))}-{content_hash(self.made_from(), 10)}"


def _refuse_contradictions(learner: Any, source: Any, partition: Any, task: TaskConfig) -> None:
    """Check what the source of tasks asks of the other sections."""
    n_clusters = getattr(source, "n_clusters", None)
    if n_clusters is not None and n_clusters < task.n_way:
        raise UserError(
            f"source.n_clusters={n_clusters} are fewer than task.n_way={task.n_way}: each class of a task is "
            "another cluster. Raise source.n_clusters or lower task.n_way."
        )
    can_iterate = learner.iterations > 0 and not learner.has_head and partition.tasks_of == "clusters"
    if getattr(source, "rounds", 1) > 1 and not can_iterate:
        raise UserError(
            f"source.rounds={source.rounds} clusters anew what the learner embeds: it needs learner=protonets and "
            f"a partition of clusters, not learner={learner.name} and partition={partition.name}."
        )
    if learner.has_head and task.min_way is not None:
        raise UserError(
            f"task.min_way={task.min_way} lets the way of training tasks vary, and {learner.name} has one output "
            "for each of a fixed number of classes. Leave it out, or take learner=protonets."
        )


def _name_in_id(name: str) -> str:
    """Return the letters and digits of a name, cut so that the file names made of four stay within 255 bytes."""
    letters = "".join(c for c in name.rstrip("/").rsplit("/", 1)[-1] if c.isalnum())
    return letters.encode()[:MAX_NAME_BYTES].decode(errors="ignore")


def valid_keys() -> list[str]:
    """Return the keys of a run as a person types them."""
    methods = [f"{section}=NAME, {section}.KEY" for section in SECTIONS]
    task = [f"task.{name}" for name in TaskConfig.model_fields]
    test = [f"test.{name}" for name in TestConfig.model_fields]
    return [*methods, *task, *test, "baselines", "oracle", "seed", "device", "budget"]


def differing_options(own: Mapping[str, Any], others: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Yield `key=value` for each option by which a method differs from others of its name."""
    alike = [other for other in others if other.get("name") == own.get("name")]
    for key, value in own.items():
        if any(other.get(key) != value for other in alike):
            yield f"{key}={value}"


def _named(value: Any, default: str) -> Any:
    """Give a section that only has options the default method's name."""
    if value is None:
        return {"name": default}
    if isinstance(value, Mapping) and "name" not in value:
        return {"name": default, **value}
    return value


def _with_preset(preset: Preset, value: Any) -> Any:
    """Put the options that a preset has for a method under those that are given."""
    if not isinstance(value, str | Mapping):
        return value
    options = options_of("", value)
    return {**preset.get(str(options.get("name")), {}), **options}


def _check_query_labels(baselines: Iterable[Any], test: TestConfig) -> None:
    """Refuse a baseline that reads the labels of queries where these do not stand class by class."""
    reading = [baseline.label for baseline in baselines if baseline.reads_query_labels]
    if reading and test.query_dirichlet is not None:
        raise UserError(
            f"baseline {reading[0]} needs equally many queries of each class, and test.query_dirichlet="
            f"{test.query_dirichlet:g} shares them out unequally. Leave one of them out."
        )


def _baselines(methods: Any, preset: Preset, budget: str) -> tuple[Any, ...]:
    """Build the baselines; no two may have one name in results."""
    baselines = tuple(BASELINES.parse(_with_preset(preset, value), budget) for value in as_tuple(methods))
    labels = [baseline.label for baseline in baselines]
    double = [label for label in dict.fromkeys(labels) if labels.count(label) > 1]
    if double:
        raise UserError(
            f"baselines: {labels.count(double[0])} are called {double[0]} in results; keep one of them, or give them "
            "options by which they are called otherwise."
        )
    return baselines
