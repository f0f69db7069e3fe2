"""Record the training that lesson 7 replays: `python -m umeta.lessons.record_protonets`, a minute on two cores.

ProtoNets practise on the demo's clusters. At some steps it is kept how far the queries of one test task are from its
classes, and how much is right over many test tasks.
"""

import sys

import numpy as np
import torch
from jaxtyping import Float32
from safetensors.numpy import save_file

from umeta.cache import Home
from umeta.demo import RUN
from umeta.learners.learner import LearnerState
from umeta.learners.protonets import ProtoNets
from umeta.learners.training import new_state, take_images, train
from umeta.lessons.drawings import characters, demo, demo_clusters
from umeta.lessons.recorded import PROTONETS_FILE, PROTONETS_STEPS
from umeta.stage import OnStep, Step, ignore_step
from umeta.tasks import PartitionSource, TaskConfig, TestTasks

N_TASKS = 100
LEARNER = ProtoNets(iterations=PROTONETS_STEPS[-1], lr=3e-3, lr_decay="cosine", batch_norm="support")
PRACTICE = TaskConfig(n_way=10, n_shot=1, n_query=5)


def record(
    home: Home, steps: tuple[int, ...] = PROTONETS_STEPS, on_step: OnStep = ignore_step
) -> dict[str, np.ndarray]:
    """Train, and return what is kept: `steps`, `distances` (n_steps, n_way, n_query, n_way), `accuracy` (n_steps,)."""
    dataset, device = characters(home, on_step), torch.device("cpu")
    images, source = dataset.images, PartitionSource([demo_clusters(len(dataset.images))])
    tasks = TestTasks.load(RUN / "test_tasks" / "5way_1shot.safetensors").tasks[:N_TASKS]
    shown = demo().exams[0].number
    state = new_state(LEARNER, images, PRACTICE.n_way, seed=0, device=device)
    distances, accuracies = [], []
    for until in steps:
        if until:
            train(
                LEARNER,
                source,
                PRACTICE,
                images,
                seed=0,
                device=device,
                state=state,
                until=until,
                on_step=on_step,
            )
        squared = _squared_distances(
            state, take_images(images, tasks.support, device), take_images(images, tasks.query, device)
        )
        distances.append(np.sqrt(squared[shown]))
        accuracies.append(float((squared.argmin(-1) == tasks.true_rows).mean()))
    return {
        "steps": np.array(steps, np.int32),
        "distances": np.stack(distances).astype(np.float32),
        "accuracy": np.array(accuracies, np.float32),
    }


def _squared_distances(
    state: LearnerState, support: torch.Tensor, query: torch.Tensor
) -> Float32[np.ndarray, "n_tasks n_way n_query n_way"]:
    scores = LEARNER.classifier(state, batch_norm=LEARNER.batch_norm).scores(support, query.flatten(1, 2))
    return np.maximum(-scores.numpy(), 0).reshape(*query.shape[:3], -1)


def _tell(step: Step) -> None:
    if step.done % 100 == 0:
        sys.stderr.write(f"{step.stage} {step.done}/{step.total}\n")


if __name__ == "__main__":
    save_file(record(Home.from_environment(), on_step=_tell), PROTONETS_FILE)
