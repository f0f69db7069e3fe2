"""Results as tables for other programs and for papers: CSV, LaTeX, Markdown."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from umeta.results.contenders import GROUPS, Contender, Setting, contenders, settings_of
from umeta.results.finished_run import FinishedRun
from umeta.results.interval_cover import DRAWN_FROM, Over, in_words
from umeta.stage import UserError

Columns = dict[str, list[Any]]
TABLES = ("csv", "latex", "markdown")
"""The formats of a table."""
TASKS_OF = {"classes": "true classes", "views": "views of single images: says nothing of classes"}
"""What test tasks are made of, as a table says it."""


def every_contender(runs: Sequence[FinishedRun]) -> list[Contender]:
    """Return the methods of all ways and shots of the runs."""
    return [contender for setting in settings_of(runs) for contender in contenders(runs, setting)]


def columns(methods: Iterable[Contender]) -> Columns:
    """Return all that is known of each method as columns, one line for each method at each way and shot."""
    methods = list(methods)
    by_classes = in_words("classes", [contender.judged_on for contender in methods])
    cells = {
        "method": lambda contender: contender.name,
        "way": lambda contender: contender.setting.n_way,
        "shot": lambda contender: contender.setting.n_shot,
        "accuracy %": lambda contender: _percent(contender.accuracy),
        "± tasks": lambda contender: _percent(contender.half_width("tasks")),
        f"± {by_classes}": lambda contender: _percent(contender.half_width("classes")),
        "± trainings": lambda contender: _percent(contender.half_width("trainings")),
        "trainings": lambda contender: len(contender.trainings) if contender.repeated else 1,
        "chance %": lambda contender: _percent(1 / contender.setting.n_way),
        "labels": lambda contender: GROUPS[contender.group],
        "batch norm": lambda contender: contender.method.batch_norm or "–",
        "tasks of": lambda contender: TASKS_OF[contender.judged_on],
        "queries seen": lambda contender: "together" if contender.transductive else "one by one",
        "split": lambda contender: contender.row.split,
        "seeds": lambda contender: ", ".join(map(str, contender.trainings)),
        "tasks": lambda contender: contender.row.n_tasks,
        "queries": lambda contender: contender.row.n_query,
        "query balance": lambda contender: _query_balance(contender.setting),
        "tasks hash": lambda contender: contender.row.tasks_hash,
        "from": lambda contender: "precomputed" if contender.run.precomputed else "this machine",
    }
    return {name: [cell(contender) for contender in methods] for name, cell in cells.items()}


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


def as_table(runs: Sequence[FinishedRun], form: str) -> str:
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
    settings: list[Setting] = list(dict.fromkeys(contender.setting for contender in methods))
    by_setting = {(contender.name, contender.setting): contender for contender in methods}
    by_name = {contender.name: contender for contender in methods}
    ordered = sorted(by_name, key=lambda name: list(GROUPS).index(by_name[name].group))

    def cell(contender: Contender | None) -> str:
        if contender is None:
            return "–"
        half = contender.half_width(first_over(contender))
        return f"{100 * contender.accuracy:.2f} {plus_minus} {100 * half:.2f}"

    lines = [
        [_with_remarks(by_name[name]), *(cell(by_setting.get((name, setting))) for setting in settings)]
        for name in ordered
    ]
    return ["method", *map(str, settings)], lines


def first_over(contender: Contender) -> Over:
    """Return what the interval covers that is shown first: trainings, a few marked classes, or tasks."""
    if contender.repeated:
        return "trainings"
    told = contender.half_width("classes") == contender.half_width("classes")
    return "classes" if contender.uses_marks and told else "tasks"


def _with_remarks(contender: Contender) -> str:
    """Return a method's name with what must be said of it."""
    remarks = [] if contender.group in ("inductive", "transductive") else [GROUPS[contender.group]]
    if contender.transductive and not contender.method.batch_norm:
        remarks.append("queries seen together")
    if contender.repeated:
        remarks.append(f"{len(contender.trainings)} trainings")
    return f"{contender.name} [{'; '.join(remarks)}]" if remarks else contender.name


def _footnote(methods: Sequence[Contender]) -> str:
    """Return a note on what the numbers are of."""
    rows = [row for contender in methods for row in contender.rows]
    notes = dict.fromkeys(contender.run.result.test_note for contender in methods)
    tasks = sorted({row.n_tasks for row in rows})
    marked = any(first_over(contender) == "classes" for contender in methods)
    first = "over the few classes that were marked" if marked else "over tasks"
    singular = {"classes": "class", "images": "image"}[DRAWN_FROM[methods[0].judged_on]]
    intervals = f"{first}, or over trainings where there are several"
    on_average = " on average" if any(row.query_dirichlet for row in rows) else ""
    return (
        f"Accuracy in %, {rows[0].split}, {' or '.join(f'{n:,}' for n in tasks)} tasks, "
        f"{rows[0].n_query} queries per {singular}{on_average}; the interval is 95% "
        f"{intervals}. Tasks: {', '.join(sorted({row.tasks_hash for row in rows}))}."
        + "".join(f" {note}" for note in notes if note)
    )


def _query_balance(setting: Setting) -> str:
    return "equal" if setting.has_equal_queries else f"Dirichlet({setting.query_dirichlet:g})"


def _tex(text: str) -> str:
    table = {"&": r"\&", "%": r"\%", "_": r"\_", "#": r"\#", "·": r"$\cdot$", "±": r"$\pm$"}
    return "".join(table.get(letter, letter) for letter in text)


def _percent(value: float) -> float | None:
    return None if value != value else round(100 * value, 2)
