"""The results of the Results page: of one run, of several on the same tasks, or of a study; all of it in the URL."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import streamlit as st

from umeta.results.contenders import Contender, Setting, contenders, on_same_tasks, settings_of
from umeta.results.finished_run import FinishedRun
from umeta.ui.frame import links
from umeta.ui.frame.presenter import presented
from umeta.ui.frame.text import code, cut, plain
from umeta.ui.results import study_cells
from umeta.ui.results.run_choice import pick_runs, say_which_images

MOST_FOR_A_HALL = 8
"""Methods that one chart can name in letters of its size."""
NO_STUDY = "none"
ALL = "all"


@dataclass(frozen=True, eq=False)
class ResultSet:
    """The finished runs on the page, all judged on the same test tasks."""

    runs: Sequence[FinishedRun]
    left_out: dict[str, str] = field(default_factory=dict)
    """Runs that were chosen and cannot be compared, with the reason."""
    study: Any = None
    """The `Study` whose cells the runs are; None for runs chosen one by one."""
    setting: Setting | None = None
    """The way and shot that is chosen; None for all."""

    @cached_property
    def settings(self) -> list[Setting]:
        """Every way and shot."""
        return settings_of(self.runs)

    @cached_property
    def compared(self) -> list[Contender]:
        """The methods at the one way and shot that comparisons are made at, the best first."""
        return contenders(self.runs, self.setting or self.settings[0])

    @cached_property
    def every_contender(self) -> list[Contender]:
        """The methods at every way and shot."""
        return [contender for setting in self.settings for contender in contenders(self.runs, setting)]

    @property
    def charted(self) -> list[Contender]:
        """The methods in the chart."""
        return self.compared if self.setting else self.every_contender

    @property
    def name(self) -> str:
        """A name for files."""
        return self.study.name if self.study else self.runs[0].run_id

    def findings(self) -> list[Any]:
        """Return what the cells say of the study's claims, as `Finding`s; nothing for runs chosen one by one."""
        return study_cells.findings_of(self.study) if self.study else []


def pick() -> ResultSet:
    """Draw the choice of runs or of a study; the page ends here where a chosen study has no finished cell yet."""
    left, right = st.columns([1, 4], vertical_alignment="bottom")
    with left:
        study = _pick_study()
    with right:
        results = _pick_cells(study) if study else ResultSet(*on_same_tasks(pick_runs()))
    if results is None:
        st.stop()
    if not presented():
        say_which_images(results.runs)
    for run_id, reason in results.left_out.items():
        st.warning(f"**{plain(run_id)}** is left out: {plain(reason)}.", icon=":material/difference:")
    return results


def fitting(methods: Sequence[Contender]) -> Sequence[Contender]:
    """Return the methods; for a hall the best ones, as many as it can read, and say so."""
    if not presented() or len(methods) <= MOST_FOR_A_HALL:
        return methods
    st.markdown(f"The best {MOST_FOR_A_HALL} of {len(methods)} methods; the page itself shows all.")
    return sorted(methods, key=lambda method: -method.accuracy)[:MOST_FOR_A_HALL]


def _pick_study() -> str | None:
    from umeta.studies.study import list_studies

    names = [NO_STUDY, *list_studies()]
    linked = links.STUDY.read()
    if linked and linked not in names:
        links.say(f"study={cut(linked)!r} is not here. Studies: {', '.join(names[1:]) or 'none'}.")
    if len(names) == 1:
        return None
    chosen = st.selectbox(
        "Study",
        names,
        key=links.STUDY.key,
        bind="query-params",
        help="A grid of runs that answers one question. Choose none to see runs of your own.",
    )
    return None if chosen == NO_STUDY else chosen


def _pick_cells(name: str) -> ResultSet | None:
    """Draw the choice of a study's budget, and return its finished cells."""
    budgets = list(study_cells.load(name, "short").file.budgets)
    cells = {budget: study_cells.cells_of(study_cells.load(name, budget)) for budget in budgets}
    filled = [budget for budget in budgets if cells[budget]]
    budget = budgets[0]
    if len(filled) > 1:
        chosen = st.segmented_control(
            "Budget", filled, default=filled[0], required=True, key=links.BUDGET.key, bind="query-params"
        )
        budget = chosen or filled[0]
    elif filled:
        budget = filled[0]
    study = study_cells.load(name, budget)
    study_cells.draw_where(study)
    if not cells[budget]:
        st.info(
            f"**{plain(study.file.title)}** has no finished cell yet. "
            f"{code(f'umeta study {name} --budget {budget}')} runs its {len(study.cells)} cells; what it has "
            "finished stands here at once.",
            icon=":material/hourglass_empty:",
        )
        return None
    return ResultSet(*on_same_tasks(cells[budget]), study)


def pick_setting(results: ResultSet) -> ResultSet:
    """Draw the choice of way and shot, where there is one, and return the results at it."""
    settings = {str(setting): setting for setting in results.settings}
    names = [*settings, ALL]
    chosen = names[0]
    if len(settings) > 1:
        picked = st.segmented_control(
            "Way and shot", names, default=names[0], required=True, key=links.SETTING.key, bind="query-params"
        )
        chosen = picked or names[0]
    return replace(results, setting=settings.get(chosen))
