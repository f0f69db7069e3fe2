"""The small API: from a data set to a chart in ten lines, through the same products, cache and seeds as the app.

`load` → `embed` → `partition` → `train` → `evaluate`. Each function takes what the one before it returned, and options
of its method by the names of the command line. What is expensive is kept under `UMETA_HOME` and found again, also when
the app or `umeta run` made it; data sets are looked for where `UMETA_DATA` says.

Options that are not given are those of `umeta run` with `budget=short`. `study` reads finished studies, such as the
paper's table on Omniglot, which comes with umeta.
"""

from umeta.api.embedding import Data, EmbeddedData, EmbeddingBaseline, embed, load
from umeta.api.evaluation import Evaluation, evaluate
from umeta.api.studies import StudyResults, study
from umeta.api.training import PartitionedData, TrainedLearner, partition, train

__all__ = [
    "Data",
    "EmbeddedData",
    "EmbeddingBaseline",
    "Evaluation",
    "PartitionedData",
    "StudyResults",
    "TrainedLearner",
    "embed",
    "evaluate",
    "load",
    "partition",
    "study",
    "train",
]
