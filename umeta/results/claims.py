"""What a study found of its claims: the paired difference behind each, at every way and shot."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from umeta.cache import Home
from umeta.results.comparison import Difference, difference, difference_sentence, like_for_like
from umeta.results.contenders import Contender, Setting, contenders, settings_of
from umeta.results.study_rows import finished_cell
from umeta.runs.config import RunConfig
from umeta.studies.study import RowFilter, Study


class Finding(NamedTuple):
    """A claim at one way and shot, and by how much A is better than B."""

    claim: str
    setting: Setting
    difference: Difference
    by_seed: Mapping[int, Difference]
    """The same for each training of A, where it has several."""

    def as_data(self) -> dict[str, Any]:
        """Return it as plain data; accuracies are fractions."""
        compared = self.difference
        interval, tasks, seeds = compared.interval, compared.tasks, compared.seeds
        classes = compared.classes
        return {
            "claim": self.claim,
            "a": compared.a.name,
            "b": compared.b.name,
            "n_way": self.setting.n_way,
            "n_shot": self.setting.n_shot,
            "query_dirichlet": self.setting.query_dirichlet,
            "difference": compared.mean,
            "ci95": interval.ci95 if interval else None,
            "over": "seeds" if seeds else "tasks" if tasks else None,
            "over_tasks": tasks._asdict() if tasks else None,
            "over_classes": classes._asdict() if classes else None,
            "over_seeds": seeds._asdict() if seeds else None,
            "by_seed": {
                seed: {"difference": own.mean, "ci95": own.tasks.ci95 if own.tasks else None}
                for seed, own in self.by_seed.items()
            },
            "words": difference_sentence(compared),
        }


def findings(study: Study, home: Home) -> Iterator[Finding]:
    """Yield what the finished cells say of each claim; a claim whose cells are not finished is left out."""
    runs = {cell.run_id: run for cell in study.cells if (run := finished_cell(study, cell, home)) is not None}
    cells = {run.run_id: cell for cell in study.cells if (run := runs.get(cell.run_id)) is not None}
    for comparison in study.file.comparisons:
        compared_runs = [
            run
            for run in runs.values()
            if any(rows.takes(cells[run.run_id]) for rows in (comparison.a, comparison.b))
        ]
        for setting in settings_of(compared_runs):
            every = contenders(compared_runs, setting)
            a, b = (_named(every, rows, cells) for rows in (comparison.a, comparison.b))
            pair = next(((one, other) for one in a for other in b if _may_be_claimed(one, other)), None)
            if pair is not None:
                yield Finding(comparison.claim, setting, difference(*pair), _by_seed(*pair))


def _named(every: list[Contender], rows: RowFilter, cells: Mapping[str, RunConfig]) -> list[Contender]:
    """Return the methods that a filter names, in the batch-norm mode that it names, the best first.

    `cells` are the configs by the id of the run, which for a shipped cell may be of another device.
    """
    names = (rows.method,) if isinstance(rows.method, str) else rows.method
    named = []
    for contender in every:
        method, run = contender.method, contender.run
        own_mode = next(row.method.batch_norm for row in run.rows if row.method.name == method.name)
        has_mode = method.batch_norm == (own_mode if rows.bn is None else rows.bn)
        if method.name in names and has_mode and rows.takes(cells[run.run_id]):
            named.append(contender)
    return named


def _may_be_claimed(a: Contender, b: Contender) -> bool:
    """Return whether two methods may stand in a claim: like for like, or in a batch-norm mode, as in the paper.

    Its MAML sees queries together by its batch norms and stands beside baselines that do not; the sentence names the
    mode.
    """
    modes = {a.method.batch_norm, b.method.batch_norm}
    return like_for_like(a, b) or "transductive" in modes


def _by_seed(a: Contender, b: Contender) -> dict[int, Difference]:
    if len(a.trainings) == 1:
        return {}
    single = {seed: replace(a, trainings={seed: training}) for seed, training in a.trainings.items()}
    return {
        seed: difference(own, replace(b, trainings={seed: b.trainings[seed]}) if seed in b.trainings else b)
        for seed, own in single.items()
    }
