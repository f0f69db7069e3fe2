"""Execute a run: images → embedding → partitions → training → accuracies, all of it recorded in its directory."""

import json
import os
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from safetensors.numpy import save

from umeta import __version__
from umeta.cache import Home, write_atomically
from umeta.data import Dataset
from umeta.device import pick_device
from umeta.encoders import Embedding
from umeta.evaluation import accuracy, evaluate, evaluate_modes
from umeta.learners import LearnerState
from umeta.learners.training import load_state, save_state, train
from umeta.partitions.oracle import Oracle
from umeta.runs import products
from umeta.runs.config import RunConfig, setting
from umeta.runs.directory import RunDirectory
from umeta.runs.judging import Judged, measures, ready_baseline, tasks_for
from umeta.runs.recorder import Recorder
from umeta.stage import OnStep, Step, UserError, content_hash, ignore_step
from umeta.tasks import ManyModes, PartitionSource, TaskSource, TestTasks

PROBES = 10
"""How often in a training the learner is judged on meta_val tasks, for the live curve alone."""
PROBE_TASKS = 40
PROBE_STEPS = 20
"""Steps between two such looks at the least: a look at MAML costs as much as some steps."""
FAMILY = {"random": "random", "oracle": "oracle", "umtra": "UMTRA", "protoclr": "ProtoCLR"}
"""How a learner's results are called by the source or the partition it was trained on; any other is CACTUs."""


class AlreadyRunning(UserError):
    """Another process is executing the run."""


def prepare(config: RunConfig, home: Home, *, on_step: OnStep = ignore_step) -> tuple[RunConfig, Dataset]:
    """Load the data set and fill in the defaults that depend on it and on this machine.

    Raises:
        UserError: the data set cannot be loaded, or the device is not here.
    """
    device = pick_device(config.device)
    dataset = config.dataset.load(home, on_step=on_step)
    n_items = len(dataset.items("meta_train"))
    if n_items == 0:
        raise UserError(
            f"{config.dataset.name} has no meta_train items under its split {config.dataset.split!r}."
        )
    return config.with_defaults_for(n_items, device.type), dataset


def execute(
    config: RunConfig,
    home: Home,
    *,
    label_use: str = "none",
    run: RunDirectory | None = None,
    on_step: OnStep = ignore_step,
) -> tuple[RunDirectory, dict[str, Any]]:
    """Run a config in this process and return its directory and result; a finished run is returned as it stands.

    `run` is the directory that a detached process was started for. A run that was interrupted goes on from its
    last checkpoint, to the same numbers.

    Raises:
        UserError: bad input or a full disk; the run is recorded as failed with the same message.
        Cancelled: `on_step` raised it; the run is recorded as cancelled.
    """
    config, dataset = prepare(config, home, on_step=on_step)
    if run is not None and run.run_id != config.run_id:
        raise UserError(
            f"run {run.run_id} was made by other versions of its methods or other defaults; launch it anew."
        )
    run = RunDirectory.create(config, home, label_use=label_use)
    finished = run.result()
    if finished is not None:
        return run, finished
    status = run.status()
    if status.state == "running" and status.pid != os.getpid():
        raise AlreadyRunning(f"run {run.run_id} is running already, as process {status.pid}.")
    record = Recorder(run, on_step)
    with record.outcome():
        result = _Execution(config, dataset, home, run, record).result()
        write_atomically(run.path / "result.json", json.dumps(result, indent=1).encode())
    return run, result


class _Execution:
    """One execution; the methods stand in the order in which they happen."""

    def __init__(self, config: RunConfig, dataset: Dataset, home: Home, run: RunDirectory, record: Recorder):
        self.config, self.dataset, self.home, self.run, self.record = config, dataset, home, run, record
        self.device = torch.device(config.device)
        self.images = dataset.images.tensor()

    def result(self) -> dict[str, Any]:
        config = self.config
        lists = self.test_tasks()
        with self.record.stage("encoder"):
            embedding = products.embed(
                self.dataset, config.encoder, self.home, device=self.device, on_step=self.record
            )
        methods = self.trained(lambda: self.partitions(embedding))
        vectors = torch.from_numpy(np.array(embedding.vectors))
        methods += self.baselines(vectors)
        return self.judged(lists, methods)

    def partitions(self, embedding: Embedding) -> Sequence[np.ndarray]:
        """Return the clusters of each partition, or the true classes where the oracle is asked for."""
        config = self.config
        with self.record.stage("partition"):
            partitions = products.partition(
                self.dataset, embedding, config.partition, self.home, on_step=self.record
            )
        true = isinstance(config.partition, Oracle)  # those may be thousands, made when they are drawn
        return self.dataset.truth("meta_train") if true else [one.clusters for one in partitions]

    def trained(self, partitions: Callable[[], Sequence[np.ndarray]]) -> list[Judged]:
        """Train the learner on tasks of its source, and once more on true classes if an oracle is wanted."""
        config, learner = self.config, self.config.learner
        if learner.iterations == 0:
            return []
        family = FAMILY.get(config.source.name) or FAMILY.get(config.partition.name, "CACTUs")
        items = self.dataset.items("meta_train")
        sources: dict[str, TaskSource] = {family: config.source.over(items, partitions)}
        if config.oracle and family != "oracle":
            sources["oracle"] = PartitionSource(self.dataset.truth("meta_train"))
        for source in sources.values():  # says at once, not after the first training, what cannot be drawn
            source.sample(1, config.task, rng=np.random.default_rng(0))
        methods = []
        for name, source in sources.items():
            with self.record.stage(f"train {name}"):
                state = products.trained(
                    self.dataset,
                    config,
                    self.home,
                    true_classes=name == "oracle",
                    device=self.device,
                    train=lambda name=name, source=source: self.train(name, source),
                )
            methods += self.in_modes(f"{name}-{learner.label}", state)
        return methods

    def in_modes(self, name: str, state: LearnerState) -> list[Judged]:
        """Return the trained learner, to be judged in all its modes at once if it can do that."""
        learner = self.config.learner
        modes = learner.test_batch_norms
        classifiers = [learner.classifier(state, batch_norm=mode) for mode in modes]
        if isinstance(classifiers[0], ManyModes):
            return [Judged(name, modes, self.images, lambda shape: (classifiers[0], {}))]
        return [
            Judged(name, (mode,), self.images, lambda shape, one=one: (one, {}))
            for mode, one in zip(modes, classifiers, strict=True)
        ]

    def train(self, name: str, source: TaskSource) -> LearnerState:
        """Train from the last checkpoint, if there is one, and keep checkpoints while training."""
        config = self.config
        path = self.run.checkpoints / f"{name}.safetensors"
        shape = self.dataset.images.item_shape
        state = None
        if path.exists():
            state = load_state(config.learner, path, shape, config.task.n_way, device=self.device)
        return train(
            config.learner,
            source,
            config.task,
            self.images,
            seed=config.seed,
            device=self.device,
            on_step=lambda step: self.record(Step(step.stage, step.done, step.total, step.values, note=name)),
            probe=self.probe(),
            probe_every=max(PROBE_STEPS, config.learner.iterations // PROBES),
            checkpoint=lambda state: save_state(state, path),
            state=state,
        )

    def probe(self) -> Callable[[LearnerState], dict[str, float]] | None:
        """Return a function that judges the learner on a few meta_val tasks, for the live curve alone."""
        config = self.config
        shape = config.task.model_copy(update={"n_query": config.test.n_query})
        try:
            tasks = TestTasks.draw(
                self.dataset, shape, n_tasks=PROBE_TASKS, split="meta_val", seed=config.test.seed
            )
        except UserError:
            return None  # meta_val is too small for such tasks; training needs none

        def judge(state: LearnerState) -> dict[str, float]:
            classifier = config.learner.classifier(state, batch_norm=config.learner.test_batch_norms[0])
            correct = evaluate(classifier, self.images, tasks.tasks, device=self.device)
            return {"meta_val": accuracy(correct).mean}

        return judge

    def baselines(self, vectors: torch.Tensor) -> list[Judged]:
        """Make the baselines ready for their tasks."""
        seeds = {"seed": self.config.seed, "test_seed": self.config.test.seed}
        with self.record.stage("baselines"):
            return [
                ready_baseline(one, self.dataset, vectors, self.images, **seeds, device=self.device)
                for one in self.config.baselines
            ]

    def test_tasks(self) -> list[TestTasks]:
        """Draw and save the lists of test tasks, before any work that a list that cannot be drawn would waste."""
        test = self.config.test
        lists = []
        for shape in test.shapes():
            tasks = TestTasks.draw(
                self.dataset, shape, n_tasks=test.n_tasks, split=test.split, seed=test.seed
            )
            tasks.save(self.run.path / "test_tasks" / f"{setting(shape)}.safetensors")
            lists.append(tasks)
        return lists

    def judged(self, lists: list[TestTasks], methods: list[Judged]) -> dict[str, Any]:
        """Judge every method on the same saved tasks of every shape."""
        config, test = self.config, self.config.test
        rows: list[dict[str, Any]] = []
        correct_by: dict[str, np.ndarray] = {}
        label_use = self.run.launch_record()["label_use"]
        for tasks in lists:
            shape = tasks.config
            for name, modes, inputs, solver in methods:
                label = ", ".join((f"{name}, {shape.n_way}-way {shape.n_shot}-shot", *filter(None, modes)))
                with self.record.stage(f"test {name}"):
                    classifier, about = solver(shape)
                    judged_on = tasks_for(classifier, tasks, test)
                    by_mode = evaluate_modes(
                        classifier,
                        modes,
                        inputs,
                        judged_on,
                        device=self.device,
                        name=label,
                        on_step=self.record,
                    )
                for mode, correct in zip(modes, by_mode, strict=True):
                    correct_by[f"{name}/{mode}/{setting(shape)}"] = correct.astype(np.uint8)
                    rows.append(
                        {
                            "method": name,
                            "n_way": shape.n_way,
                            "n_shot": shape.n_shot,
                            "n_query": shape.n_query,
                            **measures(correct, judged_on),
                            "split": test.split,
                            "seed": config.seed,
                            "bn": mode,
                            "transductive": mode == "transductive",
                            "label_use": "oracle" if name.startswith("oracle-") else label_use,
                            "tasks_hash": tasks.hash,
                            **about,
                        }
                    )
        write_atomically(self.run.path / "correct.safetensors", save(correct_by))
        hashes = {setting(tasks.config): tasks.hash for tasks in lists}
        oracle = isinstance(config.partition, Oracle)
        return {
            "run_id": self.run.run_id,
            "config": config.model_dump(mode="json"),
            "tasks_hash": next(iter(hashes.values())) if len(hashes) == 1 else content_hash(hashes),
            "seconds": self.record.seconds,
            "cpu_seconds": self.record.cpu_seconds,
            "made_with": {
                "umeta": __version__,
                "torch": torch.__version__,
                "threads": torch.get_num_threads(),  # sums are taken in another order by another number of threads
                "device": self.device.type,
                "instructions": torch.backends.cpu.get_cpu_capability(),  # and by another kind of processor
            },
            "label_use": "oracle" if oracle else label_use,
            **({"encoder_note": note} if (note := getattr(config.encoder, "note", "")) else {}),
            "results": rows,
        }
