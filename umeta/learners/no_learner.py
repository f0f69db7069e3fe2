"""No learner: only the baselines are judged."""

from collections.abc import Mapping
from typing import ClassVar, Literal

from umeta.stage import Method


class NoLearner(Method):
    """Trains nothing and has no mode to be judged in, so a run with it has rows for its baselines alone.

    It has no `init`, `step` or `classifier`: a run asks `iterations` first.
    """

    trains: ClassVar[bool] = False
    has_head: ClassVar[bool] = False
    task_defaults: ClassVar[Mapping[str, int]] = {}
    iterations: ClassVar[int] = 0
    tasks_per_step: ClassVar[int] = 0
    train_gradient_steps: ClassVar[int | None] = None
    test_gradient_steps: ClassVar[int | None] = None
    test_batch_norms: ClassVar[tuple[str, ...]] = ()

    name: Literal["none"] = "none"
