"""The charts of results as Python text: notebook cells that draw them with the umeta library."""

from pathlib import Path

import umeta
from umeta.demo import MAML, RUN
from umeta.ui.results.result_set import ResultSet

_PACKAGE = Path(umeta.__file__).parent
_STUDY = """\
import umeta
from umeta.results.contenders import Setting, contenders, on_same_tasks
from umeta.results.tables import every_contender
{imports}
runs, _ = on_same_tasks(umeta.study({name!r}, budget={budget!r}).evaluation.runs)
"""
_RUNS = """\
{first}from umeta.cache import Home
from umeta.results.contenders import Setting, contenders, on_same_tasks
from umeta.results.finished_run import FinishedRun
from umeta.results.tables import every_contender
from umeta.runs import RunDirectory
{imports}
home = Home.from_environment()
{demo}finished = [
{finished}
]
runs, _ = on_same_tasks(finished)
"""


def results_cell(results: ResultSet, imports: str, figure: str, *, every_setting: bool = False) -> str:
    """Return a cell that draws a figure of `runs` and `methods`, those of the page.

    Args:
        results: What is on the page.
        imports: Lines of imports, each with its end.
        figure: The lines that draw.
        every_setting: Whether `methods` are those of every way and shot.
    """
    setting = results.setting or results.settings[0]
    methods = "every_contender(runs)" if every_setting else f"contenders(runs, Setting{tuple(setting)})"
    return f"{_runs_text(results, imports)}methods = {methods}\n{figure}\n"


def method_text(name: str) -> str:
    """Return the expression for a method of `methods` by its name."""
    return f"next(method for method in methods if method.name == {name!r})"


def _runs_text(results: ResultSet, imports: str) -> str:
    if results.study:
        return _STUDY.format(imports=imports, name=results.study.name, budget=results.study.budget)
    finished = [
        f"    FinishedRun.of(RunDirectory(demo / {run.directory.path.name!r}), precomputed=True),"
        if run.directory is not None and run.directory.path in (RUN, MAML)
        else f"    FinishedRun.of(RunDirectory.find({run.run_id!r}, home)),"
        for run in results.runs
    ]
    first = demo = ""
    if any("demo /" in line for line in finished):
        first = "from pathlib import Path\n\nimport umeta\n"
        demo = f'demo = Path(umeta.__file__).parent / "{RUN.parent.relative_to(_PACKAGE).as_posix()}"\n'
    return _RUNS.format(first=first, imports=imports, demo=demo, finished="\n".join(finished))
