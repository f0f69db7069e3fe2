"""What three methods make of one drawing, given one example of each class."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float, Float32, UInt8

from umeta.data import ImageSet
from umeta.demo import DRAW_LEARNER, MAML, RUN
from umeta.demo.learners import demo_learner
from umeta.encoders import ENCODERS
from umeta.results.reload import SHIPPED_LEARNER

if TYPE_CHECKING:  # imports torch
    from umeta.tasks import FewShotClassifier

ENCODER = "pretrained:glyphs"
Drawings = UInt8[np.ndarray, "n_drawings 1 28 28"]
"""Light ink on black."""


@dataclass(frozen=True, eq=False)
class Answer:
    """How one method compares a query with the example of each class."""

    method: str
    meaning: str
    """What its numbers are."""
    values: Float[np.ndarray, " n_way"]
    is_distance: bool
    """Whether the least value wins; else they are probabilities."""

    @property
    def row(self) -> int:
        """The class that it takes the query for, from 0."""
        return int(self.values.argmin() if self.is_distance else self.values.argmax())


def answers(examples: Drawings, query: UInt8[np.ndarray, "1 28 28"]) -> list[Answer]:
    """Return what the nearest neighbour in `ENCODER` and the two learners make of a query."""
    drawings = np.concatenate([examples, query[None]])
    vectors = embed(drawings)
    neighbour = np.linalg.norm(vectors[:-1] - vectors[-1], axis=1)
    of = learners()
    protonets = np.sqrt(np.maximum(-scores(of["ProtoNets"], drawings), 0))
    logits = scores(of["MAML"], drawings)
    probabilities = np.exp(logits - logits.max())
    probabilities /= probabilities.sum()
    return [
        Answer("Nearest neighbour", f"distance in {ENCODER}", neighbour, is_distance=True),
        Answer("ProtoNets", "distance in what it learned", protonets, is_distance=True),
        Answer(
            "MAML", "probability, after 50 gradient steps on the examples", probabilities, is_distance=False
        ),
    ]


@cache
def learners() -> Mapping[str, "FewShotClassifier"]:
    """Return the demo's learners; MAML normalises by the examples alone, so that it can answer one query by itself."""
    return {
        "ProtoNets": _learner_of(RUN, DRAW_LEARNER, "running"),
        "MAML": _learner_of(MAML, MAML / SHIPPED_LEARNER, "support"),
    }


def embed(drawings: Drawings) -> Float32[np.ndarray, "n_drawings dim"]:
    """Return the drawings' vectors, of length 1."""
    import torch

    images = ImageSet("drawings", drawings, [f"drawing {k}" for k in range(len(drawings))])
    return ENCODERS.parse(ENCODER).encode({}, images, device=torch.device("cpu"))


def scores(classifier: "FewShotClassifier", drawings: Drawings) -> Float32[np.ndarray, " n_way"]:
    """Return a learner's scores of the last drawing against each of those before it; the highest wins."""
    import torch

    with torch.no_grad():
        items = classifier.embed(torch.from_numpy(drawings))
        return classifier.scores(items[None, :-1, None], items[None, -1:])[0, 0].numpy()


def _learner_of(folder: Path, weights: Path, batch_norm: str) -> "FewShotClassifier":
    """Return the learner of a run that came with umeta, with its weights."""
    config, state = demo_learner(folder, weights)
    return config.learner.classifier(state, batch_norm=batch_norm)
