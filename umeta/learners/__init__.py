"""Learners: what is meta-trained on tasks. One paper per file; `LEARNERS` finds them by name."""

from umeta.learners.learner import Learner, LearnerState
from umeta.stage import Registry

LEARNERS = Registry(
    "learner",
    {
        "maml": "umeta.learners.maml:Maml",
        "protonets": "umeta.learners.protonets:ProtoNets",
        "none": "umeta.learners.none:NoLearner",
    },
)

__all__ = ["LEARNERS", "Learner", "LearnerState"]
