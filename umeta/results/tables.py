"""Results as tables for other programs and for papers: CSV, LaTeX, Markdown."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from umeta.results.contenders import GROUPS, Contender, Setting, contenders, settings_of
from umeta.results.finished_run import Finished
from umeta.stage import UserError

Columns = dict[str, list[Any]]
TABLES = ("csv", "latex", "markdown")
"""The formats of a table."""


def every_contender(runs: Sequence[Finished]) -> list[Contender]:
    """Return the methods of all ways and shots of the runs."""
    return [one for setting in settings_of(runs) for one in contenders(runs, setting)]


def columns(methods: Iterable[Contender]) -> Columns:
    """Return all that is known of each method as columns, one line for each method at each way and shot."""
    cells = {
        "method": lambda one: one.name,
        "way": lambda one: one.setting.n_way,
        "shot": lambda one: one.setting.n_shot,
        "accuracy %": lambda one: _percent(one.accuracy),
        "± tasks": lambda one: _percent(one.half_width("tasks")),
        "± classes": lambda one: _percent(one.half_width("classes")),
        "± trainings": lambda one: _percent(one.half_width("trainings")),
        "trainings": lambda one: len(one.trainings) if one.repeated else 1,
        "chance %": lambda one: _percent(1 / one.setting.n_way),
        "labels": lambda one: GROUPS[one.group],
        "batch norm": lambda one: one.row["bn"] or "–",
        "queries seen": lambda one: "together" if one.transductive else "one by one",
        "split": lambda one: one.row["split"],
        "seeds": lambda one: ", ".join(map(str, one.trainings)),
        "tasks": lambda one: one.row["n_tasks"],
        "queries": lambda one: one.row["n_query"],
        "tasks hash": lambda one: one.row.get("tasks_hash", ""),
        "from": lambda one: "precomputed" if one.run.precomputed else "this machine",
    }
    methods = list(methods)
    return {name: [cell(one) for one in methods] for name, cell in cells.items()}


def as_csv(table: Mapping[str, Sequence[Any]]) -> str:
    """Return columns as CSV."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(table)
    writer.writerows(zip(*table.values(), strict=True))
    return out.getvalue()


def as_markdown(methods: Sequence[Contender]) -> str:
    """Return accuracies as a Markdown table: a line for each method, a column for each way and shot."""
    head, lines = _pivot(methods, "±")
    rows = [head, ["---", *["---:"] * (len(head) - 1)], *lines]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows) + (
        f"\n\n{_footnote(methods)}\n"
    )


def as_latex(methods: Sequence[Contender]) -> str:
    r"""Return accuracies as a LaTeX table for `\usepackage{booktabs}`, laid out as `as_markdown`."""
    head, lines = _pivot(methods, r"$\pm$")
    body = [" & ".join([_tex(row[0]), *row[1:]]) + r" \\" for row in lines]
    return "\n".join(
        [
            rf"% {_footnote(methods)}",
            rf"\begin{{tabular}}{{l{'r' * (len(head) - 1)}}}",
            r"\toprule",
            " & ".join(head) + r" \\",
            r"\midrule",
            *body,
            r"\bottomrule",
            r"\end{tabular}",
            "",
        ]
    )


def as_table(runs: Sequence[Finished], form: str) -> str:
    """Return the accuracies of runs as a table.

    Raises:
        UserError: the format is not known.
    """
    methods = every_contender(runs)
    if form == "csv":
        return as_csv(columns(methods))
    if form in TABLES:
        return as_latex(methods) if form == "latex" else as_markdown(methods)
    raise UserError(f"format={form!r} is not known. Choose one of: {', '.join(TABLES)}.")


def _pivot(methods: Sequence[Contender], plus_minus: str) -> tuple[list[str], list[list[str]]]:
    """Return the heading and the lines of a table of methods by settings, grouped by what was known of labels."""
    settings: list[Setting] = list(dict.fromkeys(one.setting for one in methods))
    found = {(one.name, one.setting): one for one in methods}
    names = {one.name: one for one in methods}
    ordered = sorted(names, key=lambda name: list(GROUPS).index(names[name].group))

    def cell(one: Contender | None) -> str:
        if one is None:
            return "–"
        half = one.half_width("trainings" if one.repeated else "tasks")
        return f"{100 * one.accuracy:.2f} {plus_minus} {100 * half:.2f}"

    lines = [[_marked(names[name]), *(cell(found.get((name, s))) for s in settings)] for name in ordered]
    return ["method", *map(str, settings)], lines


def _marked(one: Contender) -> str:
    """Return a method's name with what must be said of it."""
    words = [] if one.group in ("inductive", "transductive") else [GROUPS[one.group]]
    if one.repeated:
        words.append(f"{len(one.trainings)} trainings")
    return f"{one.name} [{'; '.join(words)}]" if words else one.name


def _footnote(methods: Sequence[Contender]) -> str:
    """Say what the numbers are of."""
    rows = [row for one in methods for row in one.rows]
    tasks = sorted({row["n_tasks"] for row in rows})
    return (
        f"Accuracy in %, {rows[0]['split']}, {' or '.join(f'{n:,}' for n in tasks)} tasks, "
        f"{rows[0]['n_query']} queries per class; the interval is 95% over tasks, or over trainings where there are "
        f"several. Tasks: {', '.join(sorted({row.get('tasks_hash', '') for row in rows}))}."
    )


def _tex(text: str) -> str:
    table = {"&": r"\&", "%": r"\%", "_": r"\_", "#": r"\#", "·": r"$\cdot$", "±": r"$\pm$"}
    return "".join(table.get(letter, letter) for letter in text)


def _percent(value: float) -> float | None:
    return None if value != value else round(100 * value, 2)
