"""What a finished run computed, opened again where it is kept: its learner and its embedding."""

from umeta.cache import Home
from umeta.data import Dataset
from umeta.device import pick_device
from umeta.encoders import Embedding
from umeta.learners import LearnerState
from umeta.learners.training import load_state
from umeta.results.finished_run import Finished
from umeta.results.reload import config_of
from umeta.runs import products
from umeta.stage import UserError

SHIPPED_LEARNER = "learner.safetensors"
"""The weights in the directory of a run that came with umeta, where it has them."""


def comes_with_learner(run: Finished) -> bool:
    """Say whether a run that was computed elsewhere brought its learner's weights."""
    return run.directory is not None and (run.directory.path / SHIPPED_LEARNER).exists()


def learner_of(run: Finished, dataset: Dataset, home: Home, *, true_classes: bool) -> LearnerState:
    """Return the learner that a run trained, on its clusters or on true classes.

    Raises:
        UserError: it is not kept here.
    """
    config = config_of(run)
    device = pick_device(config.device)

    def missing() -> LearnerState:
        if run.directory is not None and comes_with_learner(run):
            file = run.directory.path / SHIPPED_LEARNER
            return load_state(
                config.learner, file, dataset.images.item_shape, config.task.n_way, device=device
            )
        raise UserError(
            f"the weights that run {run.run_id} trained are not kept here: launch it again to open its learner."
        )

    return products.trained(dataset, config, home, true_classes=true_classes, device=device, train=missing)


def embedding_of(run: Finished, dataset: Dataset, home: Home) -> Embedding:
    """Return the embedding that a run's clusters were made of.

    Raises:
        UserError: it is not kept here.
    """
    config = config_of(run)
    device = pick_device(config.device)
    if not home.has("embeddings", products.embedding_key(dataset, config.encoder, device)):
        raise UserError(
            f"the embedding of run {run.run_id} is not kept here: launch it again to compare with it."
        )
    return products.embed(dataset, config.encoder, home, device=device)
