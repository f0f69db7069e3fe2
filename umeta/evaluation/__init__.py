"""Accuracy on saved test tasks: which queries a method gets right, how sure that is, and how two methods compare.

Beside it the paper's figures, the inner loop step by step, and how alike two representations are.
"""

from typing import TYPE_CHECKING

from umeta.evaluation.agreement import QueryAgreement, TaskPairs, agreement, task_pairs
from umeta.evaluation.hard_tasks import RankedTasks, disputed_tasks, hard_tasks, rank_on_half
from umeta.evaluation.intervals import (
    Accuracy,
    Interval,
    PairedDifference,
    accuracy,
    over_classes,
    over_seeds,
    paired_difference,
    paired_over_seeds,
    per_task,
    shared_tasks,
)
from umeta.evaluation.paper import PaperRow, paper_rows
from umeta.stage import lazy_exports

if TYPE_CHECKING:
    from umeta.evaluation.few_shot import evaluate, evaluate_modes
    from umeta.evaluation.microscope import Curves, InnerLoop, adaptation_curves, inner_loops
    from umeta.evaluation.on_views import ViewSolver, evaluate_on_views
    from umeta.evaluation.similarity import learner_features, linear_cka

__getattr__ = lazy_exports(
    __name__,
    {
        **dict.fromkeys(("evaluate", "evaluate_modes"), "umeta.evaluation.few_shot"),
        **dict.fromkeys(
            ("Curves", "InnerLoop", "adaptation_curves", "inner_loops"), "umeta.evaluation.microscope"
        ),
        **dict.fromkeys(("ViewSolver", "evaluate_on_views"), "umeta.evaluation.on_views"),
        **dict.fromkeys(("learner_features", "linear_cka"), "umeta.evaluation.similarity"),
    },
)

__all__ = [
    "Accuracy",
    "Curves",
    "InnerLoop",
    "Interval",
    "PairedDifference",
    "PaperRow",
    "QueryAgreement",
    "RankedTasks",
    "TaskPairs",
    "ViewSolver",
    "accuracy",
    "adaptation_curves",
    "agreement",
    "disputed_tasks",
    "evaluate",
    "evaluate_modes",
    "evaluate_on_views",
    "hard_tasks",
    "inner_loops",
    "learner_features",
    "linear_cka",
    "over_classes",
    "over_seeds",
    "paired_difference",
    "paired_over_seeds",
    "paper_rows",
    "per_task",
    "rank_on_half",
    "shared_tasks",
    "task_pairs",
]
