"""The chart of all methods on the same tasks, and what can be laid over it."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from umeta.evaluation.paper import SOURCES, PaperRow, paper_rows
from umeta.figures.results import Reference, accuracies
from umeta.results.contenders import Contender, Over, Setting
from umeta.ui.results.result_set import Shown
from umeta.ui.shared.charts import plot

PICTURES = ("PNG", "SVG")
OVERS: tuple[Over, ...] = ("tasks", "classes", "trainings")


def pick_paper(shown: Shown) -> Sequence[Reference]:
    """Draw the toggle of the paper's figures, where it has any for what is drawn, and return those to draw."""
    found = references(shown)
    marked = bool(found) and st.toggle(
        "The paper's figures",
        value=True,
        key="paper",
        bind="query-params",
        help="Hsu, Levine, Finn, ICLR 2019. Their split and their encoders are others: look at the order and at the "
        "gaps, not at the last point.",
    )
    return found if marked else ()


def overview(shown: Shown, over: Over, paper: Sequence[Reference]) -> None:
    """Draw the chart of all methods."""
    plot(accuracies(shown.drawn, over=over, references=paper), key="accuracies", picture=picture())


def picture() -> str:
    """Return what cameras on charts save, as chosen under Take away."""
    return str(st.session_state.get("picture", PICTURES[0])).lower()


def pick_over(methods: Sequence[Contender]) -> Over:
    """Draw the choice of what intervals cover; trainings first where three or more can be compared."""
    able: list[Over] = [over for over in OVERS if over != "trainings" or any(one.repeated for one in methods)]
    several = any(one.repeated and len(one.trainings) >= 3 for one in methods)
    first = able[-1] if several else able[0]
    chosen = st.segmented_control(
        "95% intervals over",
        able,
        default=first,
        required=True,
        key="over",
        bind="query-params",
        help="Tasks: another draw of tasks from the same classes. Classes: other classes too. Trainings: another "
        "seed; a method that was trained once has none.",
    )
    return next(over for over in able if over == (chosen or first))


def references(shown: Shown) -> list[Reference]:
    """Return the paper's figures that stand beside a method of the chart, each on the line of that method."""
    by_method = {(row.method, Setting(row.n_way, row.n_shot)): [] for row in _paper(shown)}
    for row in _paper(shown):
        by_method[row.method, Setting(row.n_way, row.n_shot)].append(row)
    found = []
    for one in shown.drawn:
        rows = [row for row in by_method.get((one.row["method"], one.setting), ()) if _is_of(row, one)]
        found += [Reference(one.name, one.setting, row.accuracy) for row in rows[:1]]
    return found


def paper_table(shown: Shown) -> dict[str, list[Any]]:
    """Return all that the paper has at the way and shot of comparisons, as columns; empty for another data set."""
    rows = [row for row in _paper(shown) if (row.n_way, row.n_shot) == shown.here[0].setting]
    if not rows:
        return {}
    return {
        "method": [row.method for row in rows],
        "encoder": [row.encoder or "–" for row in rows],
        "partition": [row.partition or "–" for row in rows],
        "partitions": [row.n_partitions for row in rows],
        "accuracy %": [round(100 * row.accuracy, 2) for row in rows],
        "± tasks": [round(100 * row.ci95, 2) if row.ci95 else None for row in rows],
        "read in": [SOURCES[row.source] for row in rows],
    }


def _paper(shown: Shown) -> list[PaperRow]:
    name = shown.runs[0].result["config"]["dataset"]["name"]
    return [row for row in paper_rows() if row.dataset == name]


def _is_of(row: PaperRow, one: Contender) -> bool:
    """Say whether a figure of the paper is of the same method, as near as names tell."""
    config = one.run.result["config"]
    if one.row["bn"] not in (None, "running" if row.method.endswith("ProtoNets") else "transductive"):
        return False
    if row.encoder and row.encoder != config["encoder"]["name"]:
        return False
    partition = config["partition"]
    alone = (row.n_partitions == 1) == (partition.get("n_partitions") == 1)
    same = row.partition == partition["name"] and (alone or row.partition != "kmeans")
    return one.kind in ("baseline", "oracle") or same
