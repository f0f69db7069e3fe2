"""umeta: unsupervised meta-learning, to look at and to take apart.

Unlabelled images become embeddings, embeddings become partitions, partitions become tasks, tasks train a
few-shot learner, and the learner is judged on saved test tasks beside every baseline. Each step is a package
of its own, in this order:

`data` → `encoders` → `projections`, `partitions` → `tasks` → `learners`, `baselines` → `evaluation` →
`runs` → `studies` → `results` → `figures`

The small API goes through them: `load`, `embed`, `partition`, `train`, `evaluate`; `study` reads finished studies. In
a notebook, `explore`, `compare`, `guess` and `curves` show what they made. Importing umeta imports nothing; the first
use of one of these names does.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from umeta.api import embed, evaluate, load, partition, study, train
    from umeta.widgets import compare, curves, explore, guess

__version__ = "0.1.0"

_WIDGETS = ("compare", "curves", "explore", "guess")
__all__ = [
    "compare",
    "curves",
    "embed",
    "evaluate",
    "explore",
    "guess",
    "load",
    "partition",
    "study",
    "train",
]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module("umeta.widgets" if name in _WIDGETS else "umeta.api"), name)
