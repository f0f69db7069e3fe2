"""The last step of the API: methods judged on the same test tasks, as a table, a chart and paired differences."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

import pandas as pd
import plotly.graph_objects as go

from umeta.api.arguments import check_type
from umeta.api.embedding import EmbeddingBaseline
from umeta.api.training import TrainedLearner
from umeta.cache import Home
from umeta.figures.paired import differences
from umeta.figures.results import accuracies
from umeta.results.comparison import difference
from umeta.results.contenders import Contender, contenders, settings_of
from umeta.results.finished_run import FinishedRun
from umeta.results.interval_cover import Over
from umeta.results.tables import columns
from umeta.runs import RunConfig, execute
from umeta.stage import OnStep, UserError, build, ignore_step


@dataclass(frozen=True, eq=False)
class Evaluation:
    """What methods answered on the same test tasks, as `umeta.evaluate` returns it."""

    runs: Sequence[FinishedRun] = field(repr=False)

    @property
    def rows(self) -> list[dict[str, Any]]:
        """One row for each method at each way and shot, as in `umeta run … --json`; accuracies are fractions."""
        return [row.to_json() for run in self.runs for row in run.rows]

    @cached_property
    def methods(self) -> list[Contender]:
        """The methods at each way and shot, the best first."""
        return [
            contender for setting in settings_of(self.runs) for contender in contenders(self.runs, setting)
        ]

    def table(self) -> pd.DataFrame:
        """Return accuracies in % with their intervals, and what must be known to read them, a line for each method."""
        return pd.DataFrame(columns(self.methods))

    def differences(self, to: str | None = None) -> pd.DataFrame:
        """Return by how many points each method beats a reference on the same tasks, with the 95% intervals.

        Args:
            to: The reference by its name in `table()`; without it the best baseline, or else the best method.

        Raises:
            UserError: no method of that name was evaluated.
        """
        return pd.concat([pd.DataFrame(table) for table in self._differences(to)], ignore_index=True)

    def chart(self, *, over: Over = "tasks") -> go.Figure:
        """Draw each method's accuracy with its 95% interval over tasks, classes or trainings, and the chance line.

        Where test tasks are views of images, `over="classes"` is over images.
        """
        return accuracies(self.methods, over=over).figure

    def _differences(self, to: str | None) -> Iterator[dict[str, Any]]:
        for setting in settings_of(self.runs):
            at_setting = [method for method in self.methods if method.setting == setting]
            reference = _reference(at_setting, to)
            pairs = [difference(method, reference) for method in at_setting if method is not reference]
            table = differences(pairs).table if pairs else {"method": []}
            n_pairs = len(pairs)
            yield {"way": [setting.n_way] * n_pairs, "shot": [setting.n_shot] * n_pairs, **table}


def evaluate(
    methods: TrainedLearner | EmbeddingBaseline | Sequence[TrainedLearner | EmbeddingBaseline],
    *,
    n_way: int | Sequence[int] = 5,
    n_shot: int | Sequence[int] = 1,
    n_query: int = 5,
    n_tasks: int = 1000,
    seed: int = 0,
    split: Literal["meta_val", "meta_test"] = "meta_test",
    on_step: OnStep = ignore_step,
) -> Evaluation:
    """Judge methods on the same saved list of test tasks, drawn from true classes that no learner has seen.

    Each learner is judged in a run of its own, and so are the baselines of one embedding: the app and `umeta results`
    show these runs, and a run that is finished is not judged again.

    Args:
        methods: Learners and baselines of one data set.
        n_way: Classes of a test task; with several, one list of tasks for each way and shot.
        n_shot: Support images of each class, or several such numbers.
        n_query: Query images of each class.
        n_tasks: Tasks in each list.
        seed: The seed of the test tasks.
        split: Which classes are asked about. Tune on meta_val, report on meta_test.
        on_step: Receives each progress event.

    Raises:
        UserError: methods of different data sets or splits, a learner with fewer outputs than n_way, or too few
            classes or images for such tasks.
    """
    methods = list(methods) if isinstance(methods, Sequence) else [methods]
    for method in methods:
        remedy = "umeta.train(…) or embedding.baselines()"
        check_type("evaluate", method, (TrainedLearner, EmbeddingBaseline), remedy)
    _check_same_data(methods)
    test = {"n_way": n_way, "n_shot": n_shot, "n_query": n_query}
    test |= {"n_tasks": n_tasks, "seed": seed, "split": split}
    home = Home.from_environment()
    directories = [execute(config, home, on_step=on_step)[0] for config in _runs(methods, test)]
    return Evaluation([run for directory in directories if (run := FinishedRun.of(directory))])


def _runs(
    methods: Sequence[TrainedLearner | EmbeddingBaseline], test: Mapping[str, Any]
) -> Iterator[RunConfig]:
    """Yield a run for each learner, then one for all baselines that share an embedding and a seed."""
    groups: dict[tuple[int, int], list[EmbeddingBaseline]] = {}
    for method in methods:
        if isinstance(method, TrainedLearner):
            yield build(RunConfig, {**dict(method.config), "test": test}, where="")
        else:
            groups.setdefault((id(method.embedded), method.seed), []).append(method)
    for baselines in groups.values():
        sections = {
            **baselines[0].embedded.sections,
            "learner": "none",
            "baselines": tuple(baseline.method for baseline in baselines),
            "seed": baselines[0].seed,
            "test": test,
        }
        yield build(RunConfig, sections, where="")


def _check_same_data(methods: Sequence[TrainedLearner | EmbeddingBaseline]) -> None:
    if not methods:
        raise UserError(
            "umeta.evaluate got no methods; give it what umeta.train(…) or embedding.baselines() returns."
        )
    first = methods[0].data.sections["dataset"].model_dump()
    for method in methods[1:]:
        options = method.data.sections["dataset"].model_dump()
        differing = [key for key in first if first[key] != options.get(key)]
        if differing:
            key = differing[0]
            raise UserError(
                "umeta.evaluate asks all methods the same tasks, so they must be of one data set and split; here are "
                f"dataset.{key}={first[key]!r} and {options.get(key)!r}. Evaluate them apart."
            )


def _reference(methods: Sequence[Contender], name: str | None) -> Contender:
    """Return the method of a name, or the best baseline, one that sees each query alone where there is any.

    `methods` are in order, the best first.
    """
    if name is None:
        baselines = [method for method in methods if method.method.is_baseline]
        return next((method for method in baselines if not method.transductive), (baselines or methods)[0])
    for method in methods:
        if method.name == name:
            return method
    names = ", ".join(method.name for method in methods)
    raise UserError(f"no method called {name!r} was evaluated. Choose one of: {names}.")
