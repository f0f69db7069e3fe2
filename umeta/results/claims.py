"""What a study found of its claims: the paired difference behind each, at every way and shot."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from umeta.cache import Home
from umeta.results.comparison import Difference, difference, in_words
from umeta.results.contenders import Contender, Setting, contenders, settings_of
from umeta.results.finished_run import Finished
from umeta.results.study_rows import finished_cell
from umeta.runs.config import RunConfig
from umeta.studies.study import Selection, Study


class Finding(NamedTuple):
    """A claim at one way and shot, and by how much A is better than B."""

    claim: str
    setting: Setting
    found: Difference
    by_seed: Mapping[int, Difference]
    """The same for each training of A, where it has several."""

    def as_data(self) -> dict[str, Any]:
        """Return it as plain data; accuracies are fractions."""
        over = self.found.interval
        tasks, seeds, classes = self.found.tasks, self.found.seeds, self.found.classes
        return {
            "claim": self.claim,
            "a": self.found.a.name,
            "b": self.found.b.name,
            "n_way": self.setting.n_way,
            "n_shot": self.setting.n_shot,
            "difference": self.found.mean,
            "ci95": over.ci95 if over else None,
            "over": "seeds" if seeds else "tasks" if tasks else None,
            "over_tasks": tasks._asdict() if tasks else None,
            "over_classes": classes._asdict() if classes else None,
            "over_seeds": seeds._asdict() if seeds else None,
            "by_seed": {
                seed: {"difference": one.mean, "ci95": one.tasks.ci95 if one.tasks else None}
                for seed, one in self.by_seed.items()
            },
            "words": in_words(self.found),
        }


def findings(study: Study, home: Home) -> Iterator[Finding]:
    """Yield what the finished cells say of each claim; a claim whose cells are not finished is left out."""
    finished = {
        cell.run_id: (cell, found) for cell in study.cells if (found := finished_cell(study, cell, home))
    }
    for comparison in study.file.comparisons:
        a, b = (
            {key for key, (cell, _) in finished.items() if one.takes(cell)}
            for one in (comparison.a, comparison.b)
        )
        runs = [found for key, (_, found) in finished.items() if key in a | b]
        for setting in settings_of(runs):
            every = contenders(runs, setting)
            best = [_best(every, one, finished) for one in (comparison.a, comparison.b)]
            if best[0] is not None and best[1] is not None:
                found = difference(best[0], best[1])
                yield Finding(comparison.claim, setting, found, _by_seed(best[0], best[1]))


def _best(
    every: list[Contender], asked: Selection, finished: Mapping[str, tuple[RunConfig, Finished]]
) -> Contender | None:
    """Return the best of the methods asked for, in the batch-norm mode asked for."""
    methods = (asked.method,) if isinstance(asked.method, str) else asked.method
    by_run = {found.run_id: cell for cell, found in finished.values()}
    for one in every:
        own = next(row["bn"] for row in one.run.rows if row["method"] == one.row["method"])
        right_mode = one.row["bn"] == (own if asked.bn is None else asked.bn)
        if one.row["method"] in methods and right_mode and asked.takes(by_run[one.run.run_id]):
            return one
    return None


def _by_seed(a: Contender, b: Contender) -> dict[int, Difference]:
    if len(a.trainings) == 1:
        return {}
    only = {seed: replace(a, trainings={seed: training}) for seed, training in a.trainings.items()}
    return {
        seed: difference(one, replace(b, trainings={seed: b.trainings[seed]}) if seed in b.trainings else b)
        for seed, one in only.items()
    }
