"""Make the points of the plane of a study's finished cells."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from umeta.cache import Home
from umeta.plane.construction import Construction, make, measure
from umeta.plane.points import ANCHORS, Point, Tasks, as_tasks
from umeta.plane.shown_tasks import shown_tasks
from umeta.results.finished_run import FinishedRun
from umeta.results.study_rows import finished_cell
from umeta.runs.config import RunConfig
from umeta.stage import OnStep, Step, content_hash, ignore_step
from umeta.studies.study import Study
from umeta.tasks.partition_tasks import PartitionTasks

SECTIONS = ("dataset", "encoder", "partition", "source", "task")
Setting = Sequence[RunConfig]
"""The cells of one construction, which differ in their training seed alone."""


def settings_of(study: Study) -> list[Setting]:
    """Return the constructions of a study, each with its cells."""
    settings: dict[str, list[RunConfig]] = {}
    for cell in study.cells:
        if cell.learner.iterations:
            settings.setdefault(cell.model_copy(update={"seed": 0}).run_id, []).append(cell)
    return list(settings.values())


def points_of(
    study: Study, home: Home, *, known: Iterable[Point] = (), on_step: OnStep = ignore_step
) -> Iterator[Point]:
    """Yield the point of every construction whose cells are finished, with a baseline on its embedding.

    Args:
        study: Its cells are the trainings and the baselines.
        home: Where embeddings and partitions are kept; what is missing is made.
        known: Points whose constructions were measured before: they are not measured again.
        on_step: Is told how many of the constructions are measured.
    """
    measured = {_key(point.sections): point for point in known if point.study == study.name}
    baselines = _best_baselines(study, home)
    settings = settings_of(study)
    for done, setting in enumerate(settings):
        on_step(Step("plane", done, len(settings), note=study.name))
        runs = [run for cell in setting if (run := finished_cell(study, cell, home)) is not None]
        cell, baseline = setting[0], baselines.get(_key(setting[0].model_dump(mode="json")["encoder"]))
        if len(runs) < len(setting) or baseline is None:
            continue
        sections = cell.model_dump(mode="json", include=set(SECTIONS))
        sections["source"] = cell.source.model_dump(mode="json")  # left out of a run's config at its default
        found = measured.get(_key(sections)) or _measured(cell, home)
        yield _point(study, cell, sections, found, runs, baseline)
    on_step(Step("plane", len(settings), len(settings), note=study.name))


@dataclass(frozen=True)
class _Measured(Construction):
    tasks: Tasks


def _measured(cell: RunConfig, home: Home) -> _Measured:
    made = make(cell, home)
    return _Measured(**asdict(measure(made, home)), tasks=as_tasks(shown_tasks(made).tolist()))


def _point(
    study: Study,
    cell: RunConfig,
    sections: dict[str, Any],
    found: _Measured | Point,
    runs: Sequence[FinishedRun],
    baseline: tuple[str, float],
) -> Point:
    of_clusters = isinstance(cell.source, PartitionTasks)
    made_by = cell.partition.name if of_clusters else cell.source.name
    uses_embedding = of_clusters and made_by not in ANCHORS
    dials = cell.source.model_dump(mode="json", exclude_defaults=True, exclude={"name", "seed"})
    return Point(
        study=study.name,
        sections=sections,
        encoder=study.names_of(cell)[0] if uses_embedding else "",
        made_by=made_by,
        n_clusters=found.n_clusters,
        n_partitions=sections["partition"].get("n_partitions", 1) if of_clusters else 0,
        dials=dials if of_clusters else {},
        noise=found.noise,
        different=found.different,
        diversity=found.diversity,
        agreement=found.agreement,
        accuracies=tuple(run.rows[0].accuracy for run in runs),
        baseline=baseline[0],
        baseline_accuracy=baseline[1],
        tasks=found.tasks,
    )


def _best_baselines(study: Study, home: Home) -> dict[str, tuple[str, float]]:
    """Return the name and accuracy of the best baseline on each encoder."""
    best = {}
    for cell in study.cells:
        run = finished_cell(study, cell, home) if not cell.learner.iterations else None
        if run is not None:
            row = max(run.rows, key=lambda row: row.accuracy)
            best[_key(cell.model_dump(mode="json")["encoder"])] = (row.method.name, row.accuracy)
    return best


def _key(section: Any) -> str:
    return content_hash(section)
