"""`umeta datasets`: which data sets are here, what the others need, and their download."""

from dataclasses import asdict
from typing import Any

import typer
from rich.table import Table

from umeta.cache import Home
from umeta.cli.printing import AsJson, err, out, print_json, shown_progress

app = typer.Typer(
    invoke_without_command=True, add_completion=False, help="List the data sets, or download one."
)


@app.callback()
def datasets(context: typer.Context, as_json: AsJson = False) -> None:
    """List the data sets: which are here, and what the others need."""
    if context.invoked_subcommand:
        return
    from umeta.data import datasets_at_hand

    rows = [asdict(dataset) for dataset in datasets_at_hand(Home.from_environment(), with_paths=True)]
    if as_json:
        print_json(rows)
        return
    table = Table()
    for column in ("name", "here", "what it is, where it lies or what it needs"):
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(row["name"], "yes" if row["available"] else "no", _about(row))
    out.print(table)


def _about(row: dict[str, Any]) -> str:
    """Return title, places and what is missing, each on a line of its own."""
    places = row["where"] if isinstance(row["where"], list | tuple) else [row["where"]]
    return "\n".join(str(part) for part in (row["title"], *places, row["missing"]) if part)


@app.command("download")
def download(name: str) -> None:
    """Download a data set from its official address into UMETA_HOME."""
    from umeta.data import download_dataset

    home = Home.from_environment()
    with shown_progress() as on_step:
        download_dataset(name, home, on_step=on_step)
    err.print(f"{name} is ready.")
