"""What the Results page shows: one run, several on the same tasks, or a study; all of it in the URL."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import streamlit as st

from umeta.results.contenders import Contender, Setting, contenders, on_same_tasks, settings_of
from umeta.results.finished_run import Finished
from umeta.runs import RunDirectory, list_runs
from umeta.stage import UserError
from umeta.ui.frame import state
from umeta.ui.results import study_cells
from umeta.ui.shared.demo import MAML, RUN

DEMO = "precomputed demo"
NO_STUDY = "none"
ALL = "all"


@dataclass(frozen=True, eq=False)
class Shown:
    """The finished runs on the page, all judged on the same test tasks."""

    runs: Sequence[Finished]
    left_out: dict[str, str] = field(default_factory=dict)
    """Runs that were asked for and cannot be compared, with the reason."""
    study: Any = None
    """The `Study` whose cells the runs are; None for runs chosen one by one."""
    setting: Setting | None = None
    """The way and shot asked for; None for all."""

    @cached_property
    def settings(self) -> list[Setting]:
        """Every way and shot."""
        return settings_of(self.runs)

    @cached_property
    def here(self) -> list[Contender]:
        """The methods at the one way and shot that comparisons are made at, the best first."""
        return contenders(self.runs, self.setting or self.settings[0])

    @cached_property
    def everywhere(self) -> list[Contender]:
        """The methods at every way and shot."""
        return [one for setting in self.settings for one in contenders(self.runs, setting)]

    @property
    def drawn(self) -> list[Contender]:
        """The methods in the chart."""
        return self.here if self.setting else self.everywhere

    @property
    def name(self) -> str:
        """A name for files."""
        return self.study.name if self.study else self.runs[0].run_id

    def findings(self) -> list[Any]:
        """Return what the cells say of the study's claims, as `Finding`s; nothing for runs chosen one by one."""
        return study_cells.findings_of(self.study) if self.study else []


def pick() -> Shown:
    """Draw the choice of what is shown; the page ends here where a chosen study has no finished cell yet."""
    here = finished_runs()
    left, right = st.columns([1, 4], vertical_alignment="bottom")
    with left:
        study = _pick_study()
    with right:
        shown = _pick_cells(study) if study else _pick_runs(here)
    if shown is None:
        st.stop()
    for run, why in shown.left_out.items():
        st.warning(f"**{run}** is left out: {why}.", icon=":material/difference:")
    return shown


def finished_runs() -> dict[str, RunDirectory]:
    """Return the directories of the finished runs here by id, the newest first."""
    return {run.run_id: run for run in list_runs(state.home()) if _result(run).exists()}


def _result(run: RunDirectory) -> Path:
    return run.path / "result.json"


def _load(run: RunDirectory) -> Finished:
    return _read(str(run.path), _result(run).stat().st_mtime)


@st.cache_resource(max_entries=32, show_spinner=False)
def _read(path: str, changed: float) -> Finished:
    return _finished(path, precomputed=False)


def _finished(path: str, *, precomputed: bool) -> Finished:
    found = Finished.of(RunDirectory(Path(path)), precomputed=precomputed)
    if found is None:
        raise UserError(f"{path} holds no result; it was removed while it was read. Open the page again.")
    return found


@st.cache_resource(show_spinner=False)
def demo() -> list[Finished]:
    """Return the precomputed runs that come with umeta, of ProtoNets and of MAML on the same tasks."""
    return [_finished(str(path), precomputed=True) for path in (RUN, MAML)]


def _pick_study() -> str | None:
    from umeta.studies.study import list_studies

    names = [NO_STUDY, *list_studies()]
    asked = st.query_params.get("study")
    if asked and asked not in names:
        st.warning(
            f"study={asked!r} is not here. Studies: {', '.join(names[1:]) or 'none'}.",
            icon=":material/link_off:",
        )
    if len(names) == 1:
        return None
    chosen = st.selectbox(
        "Study",
        names,
        key="study",
        bind="query-params",
        help="A grid of runs that answers one question. Choose none to see runs of your own.",
    )
    return None if chosen == NO_STUDY else chosen


def _pick_runs(here: dict[str, RunDirectory]) -> Shown:
    asked = st.query_params.get_all("run")
    for name in asked:
        if name not in here and name != DEMO:
            st.warning(f"run={name!r} is not among the finished runs here.", icon=":material/link_off:")
    if not here:
        return Shown(demo())
    names = [*here, DEMO]
    chosen = st.multiselect(
        "Runs, newest first",
        names,
        default=names[:1],
        key="run",
        bind="query-params",
        placeholder="Choose one or several",
        wrap=True,
        help="Several runs are compared where they answered the same test tasks.",
    )
    picked = [[_load(here[name])] if name in here else demo() for name in chosen or names[:1]]
    kept, left_out = on_same_tasks([run for runs in picked for run in runs])
    return Shown(kept, left_out)


def _pick_cells(name: str) -> Shown | None:
    """Draw the choice of a study's budget, and return its finished cells."""
    budgets = list(study_cells.load(name, "short").file.budgets)
    cells = {budget: study_cells.cells_of(study_cells.load(name, budget)) for budget in budgets}
    filled = [budget for budget in budgets if cells[budget]]
    budget = budgets[0]
    if len(filled) > 1:
        chosen = st.segmented_control(
            "Budget", filled, default=filled[0], required=True, key="budget", bind="query-params"
        )
        budget = chosen or filled[0]
    elif filled:
        budget = filled[0]
    study = study_cells.load(name, budget)
    if not cells[budget]:
        st.info(
            f"**{study.file.title}** has no finished cell yet. `umeta study {name} --budget {budget}` runs its "
            f"{len(study.cells)} cells; what it has finished stands here at once.",
            icon=":material/hourglass_empty:",
        )
        return None
    kept, left_out = on_same_tasks(cells[budget])
    return Shown(kept, left_out, study)


def pick_setting(shown: Shown) -> Shown:
    """Draw the choice of way and shot, where there is one, and return what is shown at it."""
    settings = {str(setting): setting for setting in shown.settings}
    names = [*settings, ALL]
    chosen = names[0]
    if len(settings) > 1:
        picked = st.segmented_control(
            "Way and shot", names, default=names[0], required=True, key="setting", bind="query-params"
        )
        chosen = picked or names[0]
    return replace(shown, setting=settings.get(chosen))
