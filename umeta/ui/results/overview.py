"""The chart of all methods on the same tasks, and what can be laid over it."""

from collections.abc import Sequence

import streamlit as st

from umeta.figures.results import accuracies
from umeta.results.contenders import Contender, Over
from umeta.results.paper import PaperReference, paper_references
from umeta.results.tables import first_over
from umeta.ui.frame import links
from umeta.ui.results.result_set import ResultSet
from umeta.ui.shared.charts import plot

PICTURES = ("PNG", "SVG")
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
    plot(accuracies(results.charted, over=over, references=references), key="accuracies", picture=picture())


def picture() -> str:
    """Return what cameras on charts save, as chosen under Take away."""
    return str(st.session_state.get("picture", PICTURES[0])).lower()


def pick_over(methods: Sequence[Contender]) -> Over:
    """Draw the choice of what intervals cover; trainings first where three or more can be compared."""
    repeated = [method for method in methods if method.repeated]
    choices: list[Over] = [over for over in OVERS if over != "trainings" or repeated]
    first = choices[-1] if any(len(method.trainings) >= 3 for method in repeated) else choices[0]
    if not repeated and first_over(methods[0]) == "classes":
        first = "classes"
    chosen = st.segmented_control(
        "95% intervals over",
        choices,
        default=first,
        required=True,
        key=links.OVER.key,
        bind="query-params",
        help="Tasks: another draw of tasks from the same classes. Classes, or images where tasks are of views: others "
        "of them too. Trainings: another seed; a method that was trained once has none.",
    )
    return next(over for over in choices if over == (chosen or first))
