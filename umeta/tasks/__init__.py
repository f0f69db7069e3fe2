"""Tasks: partitions → index tasks, saved test tasks, and what it is to solve a task."""

from umeta.tasks.classifier import FewShotClassifier
from umeta.tasks.source import PartitionSource, TaskSource
from umeta.tasks.task import TaskBatch, TaskConfig
from umeta.tasks.test_tasks import TestTasks

__all__ = ["FewShotClassifier", "PartitionSource", "TaskBatch", "TaskConfig", "TaskSource", "TestTasks"]
