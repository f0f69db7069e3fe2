"""The chart of all methods on the same tasks, and what can be laid over it."""

from collections.abc import Sequence

import streamlit as st

from umeta.figures.results import accuracies
from umeta.results.contenders import Contender
from umeta.results.interval_cover import Over, in_words
from umeta.results.paper import PaperReference, paper_references
from umeta.results.tables import first_over
from umeta.tasks.test_tasks import TasksOf
from umeta.ui.frame import links
from umeta.ui.frame.presenter import presented
from umeta.ui.results.cells import results_cell
from umeta.ui.results.result_set import ResultSet, fitting
from umeta.ui.shared.charts import plot
from umeta.ui.shared.notebook_cell import draw_code

PICTURES = ("PNG", "SVG")
_IMPORTS = """\
from umeta.figures.results import accuracies
from umeta.results.paper import paper_references
"""
_FIGURE = "accuracies(methods, over={over!r}, references={references}).figure"
OVERS: tuple[Over, ...] = ("tasks", "classes", "trainings")


def pick_paper(results: ResultSet) -> Sequence[PaperReference]:
    """Draw the toggle of the paper's figures, where it has any of these methods, and return those to draw."""
    references = paper_references(results.charted)
    on = bool(references) and st.toggle(
        "The paper's figures",
        value=links.PAPER.default,
        key=links.PAPER.key,
        bind="query-params",
        help="Hsu, Levine, Finn, ICLR 2019. Their split and their encoders are others: look at the order and at the "
        "gaps, not at the last point.",
    )
    return references if on else ()


def draw_overview(results: ResultSet, over: Over, references: Sequence[PaperReference]) -> None:
    """Draw the chart of all methods."""
    methods = fitting(results.compared if presented() else results.charted)
    if presented() and len(methods) < len(results.compared):
        references = ()  # its lines have no room then
    plot(accuracies(methods, over=over, references=references), key="accuracies", picture=picture())
    if presented():
        return
    figure = _FIGURE.format(over=over, references="paper_references(methods)" if references else "()")
    draw_code(
        results_cell(results, _IMPORTS, figure, every_setting=results.setting is None), key="accuracies"
    )


def picture() -> str:
    """Return what cameras on charts save, as chosen under Take away."""
    return str(st.session_state.get("picture", PICTURES[0])).lower()


def pick_over(methods: Sequence[Contender]) -> Over:
    """Draw the choice of what intervals cover; trainings first where three or more can be compared."""
    repeated = [method for method in methods if method.repeated]
    judged_on: list[TasksOf] = [method.judged_on for method in methods]
    choices: dict[str, Over] = {
        in_words(over, judged_on): over for over in OVERS if over != "trainings" or repeated
    }
    named = {over: name for name, over in choices.items()}
    first: Over = "tasks"
    if any(len(method.trainings) >= 3 for method in repeated):
        first = "trainings"
    elif not repeated:
        first = first_over(methods[0])
    links.announce_unknown(links.OVER, choices)
    units = named["classes"]
    chosen = st.segmented_control(
        "95% intervals over",
        list(choices),
        default=named[first],
        required=True,
        key=links.OVER.key,
        bind="query-params",
        help=f"Tasks: another draw of tasks from the same {units}. {units.capitalize()}: others of them too. "
        "Trainings: another seed; a method that was trained once has none.",
    )
    return choices.get(chosen or "", first)
