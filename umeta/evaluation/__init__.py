"""Accuracy on saved test tasks: which queries each method gets right, intervals, paired comparison."""

from typing import TYPE_CHECKING

from umeta.evaluation.intervals import Accuracy, PairedDifference, accuracy, paired_difference
from umeta.stage import lazy_exports

if TYPE_CHECKING:
    from umeta.evaluation.few_shot import evaluate, evaluate_modes

__getattr__ = lazy_exports(
    __name__, dict.fromkeys(("evaluate", "evaluate_modes"), "umeta.evaluation.few_shot")
)

__all__ = ["Accuracy", "PairedDifference", "accuracy", "evaluate", "evaluate_modes", "paired_difference"]
