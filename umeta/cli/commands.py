"""The commands by name. Each is imported when it is called: listing them all takes none of what they need."""

from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

COMMANDS = {  # where each is, and the first paragraph of its own help
    "run": (
        "umeta.cli.runs:run",
        "Embed, cluster, meta-train and judge: execute one run, once a slot of its device is free (see umeta queue).",
    ),
    "results": ("umeta.cli.runs:results", "List the runs, the newest first."),
    "show": (
        "umeta.cli.runs:show",
        "Show one run: its state, or its results; and on stderr which of its files cannot be read.",
    ),
    "queue": (
        "umeta.cli.queue:queue",
        "List what works on this machine and what waits for its turn; or move a run to another position.",
    ),
    "cancel": (
        "umeta.cli.runs:cancel",
        "Stop a run that is running, queued or frozen; it keeps its checkpoint.",
    ),
    "resume": (
        "umeta.cli.runs:resume",
        "Go on with a cancelled, failed or lost run, in a process of its own that waits for its turn.",
    ),
    "remark": ("umeta.cli.runs:remark", "Give a run a name, a note or tags; without options, show them."),
    "delete": (
        "umeta.cli.deletion:delete",
        "Delete a run. It can be brought back for 30 days; what it trained stays in the cache.",
    ),
    "undelete": (
        "umeta.cli.deletion:bring_back",
        "Bring back a deleted run; without a name, list those that can be.",
    ),
    "cache": (
        "umeta.cli.cache:app",
        "Show what the home holds by kind, and its quota; `prune` removes what nothing needs.",
    ),
    "datasets": ("umeta.cli.datasets:app", "List the data sets, or download one."),
    "methods": (
        "umeta.cli.methods:methods",
        "List the methods of every stage with their options and defaults.",
    ),
    "partitions": (
        "umeta.cli.partitions:partitions",
        "Cluster, and show sizes, clusters that tasks can use, purity where classes are known, and what is followed.",
    ),
    "tasks": (
        "umeta.cli.tasks:tasks",
        "Draw training tasks: a row for each class, support on the left, queries on the right.",
    ),
    "study": (
        "umeta.cli.study:study",
        "List the studies, or run one: every cell of its grid that is not finished. Run again, it goes on.",
    ),
    "plane": (
        "umeta.cli.plane:plane",
        "Measure the tasks of the studies `plane` and `plane_grocery`, and write the points of the task plane.",
    ),
    "export": (
        "umeta.cli.export:export",
        "Export finished runs, or the finished cells of a study, as one table, TensorBoard events, or a zip to import.",
    ),
    "import": (
        "umeta.cli.importing:import_runs",
        "Take over the runs of a zip that `umeta export` wrote. It is checked, and nothing in it is executed.",
    ),
    "bench": (
        "umeta.cli.bench:app",
        "Measure this version side by side with what it is compared with; only in a checkout, with its extra `dev`.",
    ),
}


class Commands(TyperGroup):
    """Shows names and first paragraphs, and imports the command that is called."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.commands = {name: TyperCommand(name, help=line) for name, (_, line) in COMMANDS.items()}

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        """Return the command that the arguments name, imported, and the other arguments."""
        name, command, rest = super().resolve_command(ctx, args)
        return name, command and imported(str(name)), rest


def imported(name: str) -> Any:
    """Return a command by name, with all of its options."""
    module, _, attribute = COMMANDS[name][0].partition(":")
    command = getattr(import_module(module), attribute)
    if not isinstance(command, typer.Typer):
        single = typer.Typer(add_completion=False)
        single.command(name)(command)
        command = single
    return typer.main.get_command(command)
