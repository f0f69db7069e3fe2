"""Accuracy on saved test tasks: which queries each method gets right, intervals, paired comparison."""

from umeta.evaluation.accuracy import Accuracy, PairedDifference, accuracy, paired_difference
from umeta.evaluation.evaluate import evaluate

__all__ = ["Accuracy", "PairedDifference", "accuracy", "evaluate", "paired_difference"]
