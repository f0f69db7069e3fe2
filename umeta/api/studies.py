"""A study read again: the accuracies of its cells, and what they say of its claims."""

from dataclasses import dataclass, field

import pandas as pd

from umeta.api.evaluation import Evaluation
from umeta.cache import Home
from umeta.evaluation import Interval, PairedDifference
from umeta.results.claims import findings
from umeta.results.study_rows import finished_cell
from umeta.stage import UserError
from umeta.studies.study import Study, load_study


@dataclass(frozen=True, eq=False)
class StudyResults:
    """The finished cells of a study, as `umeta.study` returns them."""

    study: Study = field(repr=False)
    evaluation: Evaluation = field(repr=False)
    """Its cells' results: `table()`, `differences()` and `chart()` as after `umeta.evaluate`."""

    @property
    def question(self) -> str:
        """What the study asks."""
        return self.study.file.question

    def claims(self) -> pd.DataFrame:
        """Return the study's claims as paired differences on the same tasks, a line for each claim, way and shot.

        `points` is by how many points of accuracy `a` is better than `b`; `± trainings` and `± tasks` are the
        half-widths of its 95% intervals, not a number where there is but one training or the answers were not kept.
        """
        return pd.DataFrame(
            [
                {
                    "claim": found.claim,
                    "a": found.difference.a.name,
                    "b": found.difference.b.name,
                    "way": found.setting.n_way,
                    "shot": found.setting.n_shot,
                    "points": 100 * found.difference.mean,
                    "± trainings": _half_width(found.difference.seeds),
                    "± tasks": _half_width(found.difference.tasks),
                }
                for found in findings(self.study, Home.from_environment())
            ]
        )


def study(name: str, *, budget: str = "short") -> StudyResults:
    """Read the finished cells of a study: those that come with umeta, and those computed here.

    Args:
        name: A name that `umeta study` lists, such as `omniglot`, or the path of a study's YAML file.
        budget: `short` or `paper`.

    Raises:
        UserError: there is no such study, or none of its cells is finished.
    """
    found, home = load_study(name, budget), Home.from_environment()
    runs = [run for cell in found.cells if (run := finished_cell(found, cell, home)) is not None]
    if not runs:
        raise UserError(
            f"none of the {len(found.cells)} cells of study {found.name} is finished at budget={budget}; "
            f"`umeta study {found.name}` computes them."
        )
    return StudyResults(found, Evaluation(runs))


def _half_width(interval: Interval | PairedDifference | None) -> float:
    return float("nan") if interval is None else 100 * interval.ci95
