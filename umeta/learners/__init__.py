"""Learners: what is meta-trained on tasks. One paper per file; `LEARNERS` finds them by name."""

from typing import TYPE_CHECKING

from umeta.stage import Registry, lazy_exports

if TYPE_CHECKING:
    from umeta.learners.learner import Learner, LearnerState

LEARNERS = Registry(
    "learner",
    {
        "maml": "umeta.learners.maml:Maml",
        "fomaml": "umeta.learners.maml:Maml",
        "anil": "umeta.learners.maml:Maml",
        "protonets": "umeta.learners.protonets:ProtoNets",
        "none": "umeta.learners.no_learner:NoLearner",
    },
)

__getattr__ = lazy_exports(
    __name__, {"Learner": "umeta.learners.learner", "LearnerState": "umeta.learners.learner"}
)

__all__ = ["LEARNERS", "Learner", "LearnerState"]
