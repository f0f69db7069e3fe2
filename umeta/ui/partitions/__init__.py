"""The partitions page: two partitions side by side, and a section for each question about them."""

from umeta.ui.partitions.sides import task_shape

__all__ = ["task_shape"]
