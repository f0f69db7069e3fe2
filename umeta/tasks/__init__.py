"""Tasks: partitions → index tasks, saved test tasks, and what it is to solve a task.

`SOURCES` finds by name where training tasks come from; `task_truth` compares a sample of
tasks with the true classes, `difficulty` says how hard they are, `task_order` sorts them.
"""

from typing import TYPE_CHECKING

from umeta.stage import Registry, lazy_exports
from umeta.tasks.source import PartitionSource, TaskSource
from umeta.tasks.task import TaskBatch, TaskConfig, Views
from umeta.tasks.test_tasks import TestTasks

if TYPE_CHECKING:
    from umeta.tasks.classifier import FewShotClassifier, ManyModes

__getattr__ = lazy_exports(
    __name__, {"FewShotClassifier": "umeta.tasks.classifier", "ManyModes": "umeta.tasks.classifier"}
)

SOURCES = Registry(
    "source",
    {
        "partition": "umeta.tasks.partition_tasks:PartitionTasks",
        "umtra": "umeta.tasks.augmented:AugmentedTasks",
        "protoclr": "umeta.tasks.augmented:AugmentedTasks",
    },
)

__all__ = [
    "SOURCES",
    "FewShotClassifier",
    "ManyModes",
    "PartitionSource",
    "TaskBatch",
    "TaskConfig",
    "TaskSource",
    "TestTasks",
    "Views",
]
