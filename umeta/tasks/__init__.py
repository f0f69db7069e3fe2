"""Tasks: partitions → index tasks, saved test tasks, and what it is to solve a task."""

from typing import TYPE_CHECKING

from umeta.stage import lazy_exports
from umeta.tasks.source import PartitionSource, TaskSource
from umeta.tasks.task import TaskBatch, TaskConfig
from umeta.tasks.test_tasks import TestTasks

if TYPE_CHECKING:
    from umeta.tasks.classifier import FewShotClassifier, ManyModes

__getattr__ = lazy_exports(
    __name__, {"FewShotClassifier": "umeta.tasks.classifier", "ManyModes": "umeta.tasks.classifier"}
)

__all__ = [
    "FewShotClassifier",
    "ManyModes",
    "PartitionSource",
    "TaskBatch",
    "TaskConfig",
    "TaskSource",
    "TestTasks",
]
