"""Execute a run: images → embedding → partitions → training → accuracies, all of it recorded in its directory."""

import logging
from collections.abc import Sequence
from contextlib import nullcontext

import numpy as np
import torch

from umeta import __version__
from umeta.cache import Home
from umeta.data import Dataset
from umeta.device import pick_device
from umeta.disk_use import check_quota
from umeta.encoders import Embedding
from umeta.partitions.oracle import Oracle
from umeta.runs import products
from umeta.runs.baseline_solvers import prepare_baseline
from umeta.runs.config import RunConfig
from umeta.runs.context import RunContext
from umeta.runs.directory import RunDirectory
from umeta.runs.directory_claims import claimed
from umeta.runs.drawn_tasks import draw_test_tasks, hash_of_lists
from umeta.runs.fitting import fit, fit_note
from umeta.runs.iterated import n_rounds, rounds_of
from umeta.runs.judging import judge
from umeta.runs.judging_kind import with_judging_kind
from umeta.runs.launch_record import add_note
from umeta.runs.learner_training import train_learners
from umeta.runs.queue import turn_of
from umeta.runs.reading_notes import keep_notes, log_notes, notes_of
from umeta.runs.recorder import Recorder
from umeta.runs.result import RunResult
from umeta.runs.result_file import set_aside
from umeta.runs.trained_products import encoding
from umeta.runs.trial_training import try_training
from umeta.sealed_files import LaterVersion, read_record, write_record
from umeta.stage import OnStep, Step, UserError, ignore_step
from umeta.tasks.gathering import gatherable

log = logging.getLogger(__name__)


def prepare(config: RunConfig, home: Home, *, on_step: OnStep = ignore_step) -> tuple[RunConfig, Dataset]:
    """Load the data set and fill in the defaults that depend on it and on this machine.

    What was left out or assumed in reading it is logged.

    Raises:
        UserError: the data set cannot be loaded, the device is not here, or the set cannot bear what was given.
    """
    device = pick_device(config.device)
    dataset = config.dataset.load(home, on_step=on_step)
    log_notes(dataset)
    if len(dataset.items("meta_train")) == 0:
        raise UserError(
            f"{config.dataset.name} has no meta_train items under its split {config.dataset.split!r}."
        )
    update = {"dataset": config.dataset.of_content(dataset), "device": device.type}
    resolved = fit(with_judging_kind(config.model_copy(update=update), dataset), dataset)
    if note := fit_note(config, resolved):
        log.warning("%s", note)
    return resolved, dataset


def execute(
    config: RunConfig,
    home: Home,
    *,
    label_use: str = "none",
    run: RunDirectory | None = None,
    now: bool = True,
    on_step: OnStep = ignore_step,
) -> tuple[RunDirectory, RunResult]:
    """Run a config in this process and return its directory and result; a finished run is returned as it stands.

    `run` is the directory that a detached process was started for, which has had its turn. Else the run waits in the
    queue until a slot of its device is free, unless it is to begin `now`. A run that was interrupted goes on from its
    last checkpoint, to the same numbers.

    Raises:
        UserError: bad input, a full disk, or a home above its quota; a run that began is recorded as failed with the
            same message.
        AlreadyRunning: another process is executing the run.
        Cancelled: `on_step` raised it; the run is recorded as cancelled.
    """
    given = config
    config, dataset = prepare(given, home, on_step=on_step)
    is_detached = run is not None
    if run is not None and run.run_id != config.run_id:
        raise UserError(
            f"run {run.run_id} was made by other versions of its methods or other defaults; launch it anew."
        )
    if not is_detached and not RunDirectory(home.runs / config.run_id).is_finished:
        check_quota(home)
    notes = notes_of(given, config, dataset)
    run = RunDirectory.create(config, home, label_use=label_use, notes=notes)
    if is_detached:
        return run, _record(RunContext(config, dataset, home, run, Recorder(run, on_step)))
    if finished := run.result():
        return run, finished
    with claimed(run.path) as claim:
        keep_notes(run, notes)

        def checked(step: Step) -> None:
            claim.check()
            on_step(step)

        with nullcontext() if now else turn_of(run, config.device, home, checked):
            return run, _record(RunContext(config, dataset, home, run, Recorder(run, checked)))


def _record(context: RunContext) -> RunResult:
    """Execute the stages and record how they end, unless there is a result already; one that cannot be read stays."""
    run = context.run
    with context.record.outcome():
        try:
            if finished := run.read_result():
                return finished
        except LaterVersion:
            raise
        except UserError as error:
            log.warning("%s", error)
            set_aside(run.result_file)
        _note_lost_times(run)
        result = _execute_stages(context)
        write_record(run.result_file, result.to_json(), run.run_id)
    return result


def _note_lost_times(run: RunDirectory) -> None:
    """Keep a note where what the run took before it goes on here is lost."""
    try:
        read_record(run.spent_file, run.run_id, remedy="seconds are counted from here on")
    except UserError as error:
        log.warning("%s", error)
        add_note(run.path, str(error))


def _execute_stages(context: RunContext) -> RunResult:
    """Execute the stages in their order; lists of test tasks that cannot be drawn are known before any other work."""
    config, dataset, record = context.config, context.dataset, context.record
    lists = draw_test_tasks(context)
    try_training(context)
    with record.stage("encoder"):
        embedding = products.embed(
            dataset, config.encoder, context.home, device=context.device, on_step=record
        )
    methods = train_learners(
        context, partitions=lambda: _make_partitions(context, embedding), vectors=lambda: embedding.vectors
    )
    vectors = gatherable(embedding.vectors)
    with record.stage("baselines"):
        encode = encoding(dataset, config.encoder, context.home, device=context.device)
        meta_train = embedding.of(dataset.items("meta_train"))
        methods += [
            prepare_baseline(context, baseline, vectors, meta_train, encode) for baseline in config.baselines
        ]
    rows = judge(context, lists, methods)
    launched = context.run.launch_record()
    label_use = launched["label_use"]
    if config.encoder.labels_seen != "none":
        label_use = config.encoder.labels_seen
    return RunResult(
        run_id=context.run.run_id,
        config=config.model_dump(mode="json"),
        tasks_hash=hash_of_lists(lists),
        seconds=record.seconds,
        cpu_seconds=record.cpu_seconds,
        made_with={
            "umeta": __version__,
            "torch": torch.__version__,
            "threads": torch.get_num_threads(),  # sums are taken in another order by another number of threads
            "device": context.device.type,
            "instructions": torch.backends.cpu.get_cpu_capability(),  # and by another kind of processor
            "embedding": embedding.fingerprint,  # training an encoder again may make another one
        },
        label_use="oracle" if config.partition.tasks_of == "true classes" else label_use,
        encoder_note=config.encoder.note,
        notes=tuple(dict.fromkeys((*dataset.card.notes, *launched["notes"]))),
        rounds=tuple(rounds_of(context, embedding)) if n_rounds(config) > 1 else (),
        rows=tuple(rows),
    )


def _make_partitions(context: RunContext, embedding: Embedding) -> Sequence[np.ndarray]:
    """Return the clusters of each partition, or the true classes where the oracle is the partition."""
    config, dataset = context.config, context.dataset
    with context.record.stage("partition"):
        partitions = products.partition(
            dataset, embedding, config.partition, context.home, on_step=context.record
        )
    if isinstance(config.partition, Oracle):  # those may be thousands, made when they are drawn
        return dataset.truth("meta_train")
    return [partition.clusters for partition in partitions]
