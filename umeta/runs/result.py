"""The result of a run and its rows, as values and as JSON.

Results carry a schema version. Those written before there was one are converted here, when they are read.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from umeta.evaluation.method_id import MethodId, MethodKind
from umeta.runs.declared_types import check_declared_types, in_few_words
from umeta.runs.testing import VIEWS_NOTE
from umeta.runs.unversioned_results import unversioned_id
from umeta.sealed_files import LaterVersion
from umeta.stage import UserError
from umeta.tasks.test_tasks import TasksOf

SCHEMA_VERSION = 1
NEVER_WRITTEN = float("nan")
"""The interval over classes in results of versions that did not write it."""
NAMED_SECTIONS = ("dataset", "encoder", "partition", "learner")
"""The sections of a run's config that hold a named method in every version."""
Json = dict[str, Any]


@dataclass(frozen=True)
class ResultRow:
    """The accuracy of one method on one list of test tasks."""

    method: MethodId
    n_way: int
    n_shot: int
    n_query: int
    """Of each class; the mean of them where the classes have unequal numbers of queries."""
    accuracy: float
    """As a fraction, the mean over tasks."""
    ci95: float
    """Half-width of the 95% interval over tasks, as a fraction."""
    ci95_classes: float | None
    """The same over classes, over images where tasks are of views; None where the classes of the tasks are made of the
    same items, are in every task, or have unequal numbers of queries."""
    n_tasks: int
    split: str
    seed: int
    """The training seed."""
    transductive: bool
    """Whether the queries of a task were seen together."""
    label_use: str
    """What was known of labels: none, revealed, tuned on meta_val, test queries, oracle; elsewhere or unknown if the
    encoder came trained."""
    tasks_hash: str
    chosen: Mapping[str, Any] = field(default_factory=dict)
    """Options of a baseline that were chosen on meta_val."""
    query_dirichlet: float | None = None
    """Concentration of the distribution by which queries were shared out; None: equally many of each class."""

    @property
    def setting(self) -> str:
        """Its way and shot in file names and keys, e.g. `5way_1shot`."""
        return f"{self.n_way}way_{self.n_shot}shot"

    @property
    def answers_key(self) -> str:
        """The name of its answers in the record of a run."""
        return f"{self.method.name}/{self.method.batch_norm}/{self.setting}"

    def to_json(self) -> Json:
        """Return the row as plain data, with the printed name as `method` and the parts of it as `method_id`."""
        never_written = self.ci95_classes is not None and self.ci95_classes != self.ci95_classes
        return {
            "method": self.method.name,
            "n_way": self.n_way,
            "n_shot": self.n_shot,
            "n_query": self.n_query,
            "accuracy": self.accuracy,
            "ci95": self.ci95,
            **({} if never_written else {"ci95_classes": self.ci95_classes}),
            "n_tasks": self.n_tasks,
            "split": self.split,
            "seed": self.seed,
            "bn": self.method.batch_norm,
            "transductive": self.transductive,
            "label_use": self.label_use,
            "tasks_hash": self.tasks_hash,
            **({"chosen": dict(self.chosen)} if self.chosen else {}),
            **({} if self.query_dirichlet is None else {"query_dirichlet": self.query_dirichlet}),
            "method_id": self.method.to_json(),
        }


@dataclass(frozen=True)
class TrainingRound:
    """What was measured of one round of an iterated training; none of it is seen in training."""

    number: int
    """From 1."""
    steps: int
    """Of training, at its end."""
    clusters: int
    """In the first partition that it was trained on."""
    purity: float | None
    """Of that partition, by the true classes; None where no class is known."""
    nmi: float | None
    """With the true classes."""
    accuracy: float | None
    """Of the learner at its end, on tasks of meta_val; None where meta_val bears no such tasks."""
    lead: float | None
    """How much more accurate the learner was at its end than at the end of the last round, on the same tasks."""
    lead_ci95: float | None
    """The half-width of its 95% interval over tasks."""


@dataclass(frozen=True)
class RunResult:
    """What a finished run found, and what that took."""

    run_id: str
    config: Mapping[str, Any]
    """The resolved `RunConfig` as plain data: it may name methods that are not installed here."""
    tasks_hash: str
    """Of the list of test tasks, or of the hashes of all lists."""
    seconds: Mapping[str, float]
    """What passed on the clock, by stage."""
    cpu_seconds: Mapping[str, float]
    """What the run's processes computed, by stage; empty in results of versions that did not write it."""
    label_use: str
    rows: tuple[ResultRow, ...]
    made_with: Mapping[str, Any] = field(default_factory=dict)
    """Versions, threads, device and processor."""
    encoder_note: str = ""
    """What must be said of the encoder wherever the result is shown."""
    notes: tuple[str, ...] = ()
    """What was left out or assumed while the images were read; empty in results of versions that did not write it."""

    rounds: tuple[TrainingRound, ...] = ()
    """Of an iterated training; empty for others."""

    @property
    def judged_on(self) -> TasksOf:
        """What its test tasks are made of."""
        return self.config.get("test", {}).get("of") or "classes"

    @property
    def test_note(self) -> str:
        """What must be said of the test tasks wherever the result is shown; empty for tasks of true classes."""
        return VIEWS_NOTE if self.judged_on == "views" else ""

    @property
    def uses_marks(self) -> bool:
        """Whether its test classes are a few that a person marked, so that the interval over classes comes first."""
        return self.judged_on == "classes" and bool(self.config.get("dataset", {}).get("labels"))

    @property
    def own_learner(self) -> MethodId | None:
        """The learner on the run's own tasks, not the oracle trained beside it; None for baselines alone."""
        learners = [row.method for row in self.rows if not row.method.is_baseline]
        unlabelled = [method for method in learners if method.kind is not MethodKind.ORACLE]
        return next(iter(unlabelled or learners), None)

    def to_json(self) -> Json:
        """Return the result as plain data."""
        return {
            "schema_version": SCHEMA_VERSION,
            "run_id": self.run_id,
            "config": dict(self.config),
            "tasks_hash": self.tasks_hash,
            "seconds": dict(self.seconds),
            "cpu_seconds": dict(self.cpu_seconds),
            "made_with": dict(self.made_with),
            "label_use": self.label_use,
            **({"encoder_note": self.encoder_note} if self.encoder_note else {}),
            **({"notes": list(self.notes)} if self.notes else {}),
            **({"test_note": self.test_note} if self.test_note else {}),
            **({"rounds": [asdict(one) for one in self.rounds]} if self.rounds else {}),
            "results": [row.to_json() for row in self.rows],
        }

    @classmethod
    def from_json(cls, result: Mapping[str, Any]) -> "RunResult":
        """Return the result of what `to_json` gave, in this version or before there were versions.

        Raises:
            LaterVersion: a later version wrote it.
            UserError: it is no result, or a part of it is damaged.
        """
        try:
            version = result.get("schema_version", 0)
            if version > SCHEMA_VERSION:
                raise LaterVersion(
                    f"the result of run {result['run_id']} has schema version {version}, and this umeta reads "
                    f"{SCHEMA_VERSION}; update umeta to open it."
                )
            return _checked(
                cls(
                    run_id=result["run_id"],
                    config=result["config"],
                    tasks_hash=result["tasks_hash"],
                    seconds=result["seconds"],
                    cpu_seconds=result.get("cpu_seconds", {}),
                    made_with=result.get("made_with", {}),
                    label_use=result["label_use"],
                    encoder_note=result.get("encoder_note", ""),
                    notes=tuple(result.get("notes", ())),
                    rounds=tuple(TrainingRound(**one) for one in result.get("rounds", ())),
                    rows=tuple(_row(row, result) for row in result["results"]),
                )
            )
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            if isinstance(error, UserError):
                raise
            raise UserError(
                f"the result of a run is damaged ({in_few_words(error)}); remove its result.json and resume the run, "
                "which makes it again from what it has trained."
            ) from None


def _checked(result: RunResult) -> RunResult:
    """Return a result whose parts have the types that are declared.

    Raises:
        TypeError, ValidationError: a part has another, or a section of the config has no name.
    """
    check_declared_types(result, *result.rounds, *result.rows, *(row.method for row in result.rows))
    for section in NAMED_SECTIONS:
        if not isinstance(result.config[section]["name"], str):
            raise TypeError(f"the {section} of its config has no name")
    return result


def _row(row: Json, result: Mapping[str, Any]) -> ResultRow:
    has_id = "schema_version" in result
    method = MethodId.from_json(row["method_id"]) if has_id else unversioned_id(row, result["config"])
    return ResultRow(
        method=method,
        n_way=row["n_way"],
        n_shot=row["n_shot"],
        n_query=row["n_query"],
        accuracy=row["accuracy"],
        ci95=row["ci95"],
        ci95_classes=row.get("ci95_classes", NEVER_WRITTEN),
        n_tasks=row["n_tasks"],
        split=row["split"],
        seed=row["seed"],
        transductive=row.get("transductive", row["bn"] == "transductive"),
        label_use=row.get("label_use", result["label_use"]),
        tasks_hash=row.get("tasks_hash", ""),
        chosen=row.get("chosen", {}),
        query_dirichlet=row.get("query_dirichlet"),
    )
