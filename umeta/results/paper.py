"""The paper's figures beside one's own: which of them are of the same method, on the same data set."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from umeta.evaluation.paper import SOURCES, PaperRow, paper_rows
from umeta.results.contenders import Contender, Setting


class PaperReference(NamedTuple):
    """A figure of the paper that stands beside a method's own."""

    label: str
    """The line of a chart on which it stands: a contender's name."""
    setting: Setting
    accuracy: float
    """As a fraction."""


def paper_references(contenders: Sequence[Contender]) -> list[PaperReference]:
    """Return for each method the paper's figure of it, where the paper has one."""
    references = []
    for contender in contenders:
        rows = [row for row in _rows_at(contender) if _is_of(row, contender)]
        references += [PaperReference(contender.name, contender.setting, row.accuracy) for row in rows[:1]]
    return references


def paper_columns(contender: Contender) -> dict[str, list[Any]]:
    """Return all that the paper has on a contender's data set at its way and shot, as columns; empty for nothing."""
    rows = _rows_at(contender)
    if not rows:
        return {}
    return {
        "method": [row.method.name for row in rows],
        "encoder": [row.method.encoder or "–" for row in rows],
        "partition": [row.partition or "–" for row in rows],
        "partitions": [row.n_partitions for row in rows],
        "accuracy %": [round(100 * row.accuracy, 2) for row in rows],
        "± tasks": [round(100 * row.ci95, 2) if row.ci95 else None for row in rows],
        "read in": [SOURCES[row.source] for row in rows],
    }


def _rows_at(contender: Contender) -> list[PaperRow]:
    if contender.judged_on == "views" or not contender.setting.has_equal_queries:
        return []  # the paper asks about classes, about each equally often
    dataset = contender.run.result.config["dataset"]["name"]
    return [
        row
        for row in paper_rows()
        if row.dataset == dataset and Setting(row.n_way, row.n_shot) == contender.setting
    ]


def _is_of(row: PaperRow, contender: Contender) -> bool:
    """Return whether a figure of the paper is of the same method, as near as its options were printed."""
    if row.method != contender.method:
        return False
    if row.partition is None:
        return True
    partition = contender.run.result.config["partition"]
    if row.partition != partition["name"]:
        return False
    return row.partition != "kmeans" or (row.n_partitions == 1) == (partition.get("n_partitions") == 1)
