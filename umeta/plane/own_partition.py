"""A person's own construction on the plane: measured without labels, its gain forecast, or found by a run."""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from umeta.cache import Home
from umeta.evaluation.method_id import ON_CLUSTERS
from umeta.partitions.audit import Audit
from umeta.plane.construction import WithoutLabels, make, measure_without_labels
from umeta.plane.forecast import LeftOut, by_dataset, by_encoder, fit_gain, left_out
from umeta.plane.noise_estimate import estimable, trust
from umeta.plane.points import Point
from umeta.results.contenders import Setting
from umeta.results.finished_run import FinishedRun
from umeta.runs.config import RunConfig
from umeta.stage import Config, OnStep, UserError, build, ignore_step

TASK = {"n_way": 5, "n_shot": 1, "n_query": 3}
SETTING = Setting(n_way=5, n_shot=1)
"""What the points of the plane were judged at."""


class Forecast(Config):
    """What is forecast for a construction."""

    noise: float
    """Estimated without labels."""
    diversity: float
    gain: float
    band: float
    """Within which 90% of the errors lie on what the model was not fitted on."""


def own_config(sections: Mapping[str, Any]) -> RunConfig:
    """Return the config of a run on chosen sections, its tasks of the plane's shots and queries."""
    return build(RunConfig, {**sections, "task": TASK, "learner": "protonets"}, where="")


def measure_own(config: RunConfig, home: Home, *, on_step: OnStep = ignore_step) -> WithoutLabels:
    """Measure a construction without its labels.

    Raises:
        UserError: it has no clusters of an embedding, or views of its images cannot be embedded.
    """
    if config.partition.tasks_of != "clusters":
        raise UserError(
            f"partition={config.partition.name} makes no clusters of the embedding; choose another."
        )
    found = measure_without_labels(make(config, home, on_step=on_step), home)
    if found.agreement is None:
        raise UserError(
            f"encoder={config.encoder.name} embeds no views of images, which the forecast looks at; choose another."
        )
    return found


def forecast(
    found: WithoutLabels, points: Sequence[Point], dataset: str, audit: Audit | None = None
) -> tuple[Forecast, LeftOut] | None:
    """Return the forecast for a measured construction, and how far to trust it; None for too few points.

    On images of the plane's own the errors are those on encoders left out; on others, on data sets left out.

    Args:
        found: What was measured.
        points: Those of the plane.
        dataset: The name of the construction's data set.
        audit: A person's own judgements of its pairs, which correct the estimate of the noise.
    """
    is_known = any(point.sections["dataset"]["name"] == dataset for point in points)
    by_others = None if is_known else left_out(points, by_dataset)
    errors, held = by_others or left_out(points, by_encoder), trust(points)
    if errors is None or held is None or not found.n_clusters or found.agreement is None:
        return None
    model = fit_gain(estimable(points))
    noise = model.noise.noise(found.n_clusters, found.agreement)
    if audit is not None:
        noise = corrected(noise, held.mean_error, audit)
    gain = model.gain(noise, found.diversity, found.n_clusters, found.agreement)
    return Forecast(noise=noise, diversity=found.diversity, gain=gain, band=errors.band), errors


def corrected(estimate: float, mean_error: float, audit: Audit) -> float:
    """Return the noise by an estimate and by judged pairs together, each weighted by the inverse of its variance.

    `mean_error` is the mean absolute error of such estimates, 0.8 standard deviations of a normal one.
    """
    if not audit.n_same + audit.n_different:
        return estimate
    middle, deviation = (audit.low + audit.high) / 2, (audit.high - audit.low) / (2 * 1.96)
    of_estimate, of_audit = (mean_error / 0.8) ** -2 if mean_error else math.inf, deviation**-2
    share = 1.0 if math.isinf(of_estimate) else of_estimate / (of_estimate + of_audit)
    return share * estimate + (1 - share) * middle


def found_gain(config: RunConfig, runs: Iterable[FinishedRun]) -> tuple[float, str] | None:
    """Return the gain that the first run on the same images and clusters, all dials at rest, found, and its id.

    The gain is the learner's over the best baseline of the same run, on the plane's test tasks: 5-way 1-shot, of true
    classes, equally many queries of each, and every query answered by itself.
    """
    for run in runs:
        trained = run.result.own_learner
        if trained is None or trained.source != ON_CLUSTERS or not _is_of(config, run.result.config):
            continue
        if run.result.judged_on != "classes":
            continue
        alike = [row for row in run.rows if Setting.of(row) == SETTING and not row.transductive]
        own = [row.accuracy for row in alike if row.method.name == trained.name]
        baselines = [row.accuracy for row in alike if row.method.is_baseline]
        if own and baselines:
            return own[0] - max(baselines), run.run_id
    return None


def _is_of(config: RunConfig, other: Mapping[str, Any]) -> bool:
    """Return whether a run is of the same images, encoder and clusters, whatever its tasks."""
    own = config.model_dump(mode="json")
    ignored = {"min_cluster_size"}  # follows from the task's shape
    same = all(own[section] == other.get(section) for section in ("dataset", "encoder"))
    return same and _without(own["partition"], ignored) == _without(other["partition"], ignored)


def _without(section: Mapping[str, Any], ignored: set[str]) -> dict[str, Any]:
    return {key: value for key, value in section.items() if key not in ignored}
