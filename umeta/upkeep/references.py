"""What runs and studies need of the cache.

Products are told by what they were made from, as configs say it; which images these were is left out, for no config
says it without reading them. So a product of the same methods on other images counts as needed too: never too few are
kept.
"""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any, NamedTuple

from umeta.cache import Home
from umeta.runs import RunConfig, RunDirectory, list_runs
from umeta.runs.deletion import DeletedRun, deleted_runs
from umeta.runs.encoder_training import list_trainings
from umeta.runs.products import learner_parts
from umeta.sealed_files import read_record
from umeta.stage import UserError, build, content_hash
from umeta.studies.membership import started_studies

OF_IMAGES = ("images", "meta_train", "classes")
OF_EMBEDDING = ("encoder", "device")


class References(NamedTuple):
    """What is needed, and of which runs nobody can tell what they need."""

    needed: frozenset[str]
    unread: tuple[str, ...]


def references(home: Home) -> References:
    """Return what the runs of a home, its deleted runs, the cells of its studies and encoders in training need."""
    needed, unread = set[str](), list[str]()
    for run in (*list_runs(home), *deleted_runs(home)):
        try:
            needed |= needed_by(_config_of(run))
        except UserError:
            unread.append(run.run_id)
    for study in started_studies(home):
        for cell in study.cells:
            needed |= needed_by(cell)
    for training in list_trainings(home):
        with suppress(UserError):
            order = training.order()
            needed |= set(map(content_hash, _embedding_parts(order.encoder, order.device)))
    return References(frozenset(needed), tuple(unread))


def needed_by(config: RunConfig) -> set[str]:
    """Return what a run needs, as `identity` tells products."""
    *fitted, embedding = _embedding_parts(config.encoder, config.device)
    partition = {**embedding, "partition": config.partition.made_from()}
    learners = [learner_parts(config, config.device, true_classes=which) for which in (False, True)]
    return {content_hash(_without_images(parts)) for parts in (*fitted, embedding, partition, *learners)}


def identity(made_from: Mapping[str, Any]) -> str:
    """Return what tells a product from those of other methods.

    What belongs to a map is told by the map's embedding, what belongs to a round of a training by its learner.
    """
    if "round" in made_from:
        made_from = made_from["learner"]
    elif "projection" in made_from:
        made_from = {key: made_from[key] for key in OF_EMBEDDING}
    return content_hash(_without_images(made_from))


def _embedding_parts(encoder: Any, device: str) -> Iterable[dict[str, Any]]:
    methods = (encoder.as_fitted(), encoder)
    return [{"encoder": method.made_from(), "device": device} for method in methods]


def _without_images(parts: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in parts.items() if key not in OF_IMAGES}


def _config_of(run: RunDirectory | DeletedRun) -> RunConfig:
    if isinstance(run, RunDirectory):
        return run.config()
    record = read_record(
        run.path / "config.json", run.run_id, remedy="delete it for good: umeta delete --empty"
    )
    return build(RunConfig, record or {}, where="")
