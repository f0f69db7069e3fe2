"""A partition's numbers as a table that explains each of them."""

from collections.abc import Mapping, Sequence
from html import escape

import numpy as np

from umeta.partitions import PartitionReport
from umeta.partitions.report import Agreement
from umeta.tasks import TaskConfig

FACTS = {
    "made": ("Clusters made", "What the strategy was asked for."),
    "sizes": ("Images in a cluster", "Of the smallest, the middle and the largest one."),
    "usable": ("Clusters kept", "Large enough to give one task its support and query images of a class."),
    "dropped": ("Clusters dropped", "Too small for that; neither merged nor refilled."),
    "images": ("Images dropped", "No task will ever show them."),
    "retries": ("Retries", "How often clustering began anew because too many clusters were small."),
}
AGREEMENT_FACTS = {
    "purity": ("Purity", "Images that are of the most frequent class of their cluster."),
    "nmi": (
        "NMI",
        "Normalised mutual information with the classes: 0 tells nothing of them, 1 is equal to them.",
    ),
    "ari": ("ARI", "Adjusted Rand index, by pairs of images: 0 is what chance gives, 1 is equal."),
    "covered": ("Classes covered", "True classes that are the most frequent one of some cluster."),
}


def facts(judged: PartitionReport, task: TaskConfig) -> dict[str, str]:
    """Return what can be said without true classes, by the keys of `FACTS`."""
    usable = judged.usable(task.items_per_class)
    small = int(judged.sizes[judged.sizes < task.items_per_class].sum())
    return {
        "made": f"{judged.n_made:,}",
        "sizes": _sizes(judged),
        "usable": f"{usable:,}",
        "dropped": f"{judged.n_made - usable:,}",
        "images": f"{small + judged.n_dropped_items:,}",
        "retries": f"{judged.retries:,}",
    }


def _sizes(judged: PartitionReport) -> str:
    smallest, median, largest = np.quantile(judged.sizes, (0, 0.5, 1)) if len(judged.sizes) else (0, 0, 0)
    return f"{smallest:,.0f} · {median:,.0f} · {largest:,.0f}"


def agreement_facts(agreement: Agreement, n_classes: int) -> dict[str, str]:
    """Return how a partition agrees with the true classes, by the keys of `AGREEMENT_FACTS`."""
    return {
        "purity": f"{agreement.purity:.1%}",
        "nmi": two_digits(agreement.nmi),
        "ari": two_digits(agreement.ari),
        "covered": f"{agreement.classes_covered:,} of {n_classes:,}",
    }


def two_digits(value: float) -> str:
    """Return a score with two digits, and never a negative zero."""
    return f"{round(value, 2) + 0.0:.2f}"


def card_html(
    titles: Sequence[str], facts: Mapping[str, tuple[str, str]], columns: Sequence[Mapping[str, str]]
) -> str:
    """Return a table with a row per fact, its explanation under its name, and a column per partition."""
    head = "".join(f'<th scope="col">{escape(title)}</th>' for title in titles)
    body = "".join(
        f'<tr><th scope="row">{escape(name)}<small>{escape(text)}</small></th>'
        + "".join(f"<td>{escape(column[key])}</td>" for column in columns)
        + "</tr>"
        for key, (name, text) in facts.items()
    )
    table = f"<thead><tr><td></td>{head}</tr></thead><tbody>{body}</tbody>"
    return f'{_CARD_STYLE}<table class="umeta-card">{table}</table>'


_CARD_STYLE = """<style>
.umeta-card { width: 100%; border-collapse: collapse; font-size: 14px; line-height: 1.35; }
.umeta-card th, .umeta-card td { padding: 7px 10px; text-align: right; vertical-align: top; font-weight: 400;
  border-bottom: 1px solid color-mix(in srgb, currentColor 14%, transparent); overflow-wrap: anywhere; }
.umeta-card thead th { font-weight: 600; vertical-align: bottom; }
.umeta-card th[scope=row] { text-align: left; font-weight: 600; padding-left: 0; width: 52%; }
.umeta-card small { display: block; font-size: 12.5px; font-weight: 400; }
.umeta-card td { font-size: 17px; font-variant-numeric: tabular-nums; }
</style>"""
